"""The demo company: three years of a maker of machine parts, the same every time, loaded by the product itself."""

from zhike.flows.demo.loading import Login, load_demo

__all__ = ["Login", "load_demo"]
