"""Looking: AWS answers and probes of this host.  Nothing here judges what it sees."""
