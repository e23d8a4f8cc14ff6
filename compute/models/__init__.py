"""The networks that can be trained by name: ``zoo`` has them all, the other modules what they are made of."""
