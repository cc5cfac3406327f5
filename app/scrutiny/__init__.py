"""Scrutiny: a panel looks afterwards at how decided cases were dealt with. Nothing here can change a decision."""
