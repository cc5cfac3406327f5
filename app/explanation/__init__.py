"""What a disposal means, in plain words, for the child, for parent or carer, for the victim. The words are data."""
