.PHONY: run test check bench soak screenshots format

# Serve the crystals of libavogadro-data. PORT chooses another port.
run:
	@PORT=$(PORT) Scripts/run.sh

# Everything, as a release build.
test:
	@Scripts/test.sh

# Format, build and fast tests, as a debug build.
check:
	@Scripts/check.sh

# The figures of Benchmarks/RESULTS.md.
bench:
	@Scripts/bench.sh

# What takes too long for every day.
soak:
	@Scripts/soak.sh

# Pictures of all pages, in docs/pictures. PAGES chooses some: make screenshots PAGES="explore entry".
screenshots:
	@Scripts/screenshots.sh $(PAGES)

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests
