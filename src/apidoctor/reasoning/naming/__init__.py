"""Names: those of an API, what each gets from a VPC's resolver and who decides that, and what a change would capture.

Sources: Route 53 developer guide, "Considerations when working with a private hosted zone", "How Route 53 Profile
settings are prioritized", "How Route 53 Resolver DNS Firewall works"; RFC 1034 and 4592 for answers inside a zone.
"""
