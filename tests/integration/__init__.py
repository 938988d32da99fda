"""Whole processes, real servers, real HTTP."""
