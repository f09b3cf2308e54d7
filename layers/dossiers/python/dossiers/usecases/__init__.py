"""What users do with dossiers. Takes values and grants, and knows nothing of HTTP."""
