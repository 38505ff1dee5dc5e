"""The recipe of a training: optimizer, schedule, augmentation, and the rest."""
