"""Record the fixtures from ogx on loopback, in front of a model server that answers by a scenario."""
