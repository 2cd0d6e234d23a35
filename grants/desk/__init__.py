"""The staff's desk: the framework's admin, where money is read and buttons call actions."""
