"""Generate, type-check and drive the packages of other APIs' documents: `make documents`."""
