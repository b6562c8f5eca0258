"""How right the reports are: labelled data and what is measured on it."""
