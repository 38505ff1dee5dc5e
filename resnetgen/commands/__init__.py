"""What each command does, one file a command, and beside them what several commands share."""
