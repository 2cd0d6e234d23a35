"""The State of Ohio, from published lists; ``SOURCES.toml`` says where each was read."""
