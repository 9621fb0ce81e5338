"""The contract part: find out what changed between two documents, and whether it breaks callers.

`contract.compare` is the entry. It works in three steps, from the operations down to the keywords:

1. `endpoints` lines up the operations of both documents. `parameters`, `fields`, `content`, `responses`, `security` and
   `servers` compare their parts. Where two parts have a schema, the two schemas become a pair of `align`.
2. `schemas` compares the pairs until none is left; each adds those below it. `reading` first says what a schema
   means: with `meaning`, `typenames`, `spellings`, `limits` and `folding`, all spellings of one meaning become equal.
   Then `kinds` compares types and null, `keywords` limits and enums, and `unions` and `discriminators` the variants,
   which `variants` and `families` find. `inside` proves that one schema allows all that another one does, keyword by
   keyword with `within`. `sameness` leaves out what did not change.
3. `client` and `unused` compare what stands outside of operations. `contract` then gives each change of `changes` its
   place, operations and direction, which makes it a finding.

`renames` recognizes properties and parameters with new names. `upstream` compares the vendor's document with ours.
"""
