"""The Python part: find out what a change breaks for code that imports the generated package.

1. `generating` runs the generator of each side, or takes the package from the cache.
2. `reading` reads each package from its source into a `package.Package`, without importing it. `syntax` extracts facts
   from syntax trees, and `signatures` those of functions and constructors.
3. `renames` follows the renames of the document in a copy of the old package, so that each is reported once.
4. `comparison` compares names, signatures and enums, and `probes` the types, with mypy. `differences` makes one finding
   of the differences with one cause.

`configuration` compares how the generator is configured. `code` finds the generated lines for findings of the contract
part.
"""
