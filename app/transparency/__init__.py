"""The public record of what this tool is, what it does to whom, and how far it may be trusted."""
