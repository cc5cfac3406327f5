"""The YJS's pre-assessment: three voices, safety, risk, circumstances; and the facts that the YJS establishes."""
