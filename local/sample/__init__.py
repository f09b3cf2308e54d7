"""The sample data: dossiers of made-up people, and users who may see them."""
