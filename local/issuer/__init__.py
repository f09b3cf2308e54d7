"""The issuer of the local stack: the authorization code flow with PKCE, for web pages and apps on this machine."""
