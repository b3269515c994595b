"""One definition per chart: Vega-Lite in, SVG and PNG out."""
