"""What a dossier is: rules without I/O. Imports nothing of the other layers."""
