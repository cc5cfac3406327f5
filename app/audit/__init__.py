"""The log of who did what to whose record, why and when (DPA 2018 s62)."""
