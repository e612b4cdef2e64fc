"""Queries of clients run here: in processes that can be ended, with little memory, few rights and a deadline."""
