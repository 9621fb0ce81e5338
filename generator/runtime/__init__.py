"""What every generated package has, whatever its document; it is private: the modules beside it say what is public."""
