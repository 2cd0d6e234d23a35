"""The demonstration: real, public figures put into the books by the actions that staff use."""
