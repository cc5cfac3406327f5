"""How the service is brought up and taken down: database server, roles, schema, process. Nothing of the domain."""
