"""The panel's other role: support offered to children whose case is not up for a joint decision. Always voluntary."""
