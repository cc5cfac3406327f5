"""What is held about a child, for the child who asks (DPA 2018 s45)."""
