"""From a landscape to a scene: heights, colours, marks, and following the folder it comes from."""
