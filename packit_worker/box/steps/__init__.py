"""What is done in the box: one step a module, with a function `run` (`child.Step`)."""
