"""How right the engine is on labelled data, beside the simple things that a user could do instead."""
