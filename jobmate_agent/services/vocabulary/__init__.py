"""The skill vocabulary: read from the starter files, kept in the database, handed to the engine as one value."""
