"""Figures about many children: rates, ratios, intervals, suppression; and the routes that tell them."""
