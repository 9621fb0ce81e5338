"""The part that every generated package shares. It is private: the modules beside it say what is public."""
