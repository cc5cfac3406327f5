"""Who is calling: roles, grades, agencies, tokens."""
