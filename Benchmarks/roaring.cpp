// The set operations of a search over a million rows with CRoaring; `rutile-bench sets` does the same with our index.
//
//     g++ -O2 -o roaring Benchmarks/roaring.cpp -lroaring && ./roaring
//
// Sets are random, each with the share of rows that its name says, made by the same generator as there.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>
#include <roaring/roaring.h>

namespace {
constexpr uint32_t rows = 1'000'000;

struct RandomSource {
    uint64_t state;
    uint64_t next() {
        state += 0x9E3779B97F4A7C15;
        uint64_t bits = state;
        bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
        return bits ^ bits >> 31;
    }
    double fraction() { return double(next() >> 11) * 0x1p-53; }
};

template <typename Body> double median(Body body) {
    std::vector<double> times;
    for (int run = 0; run < 301; run++) {
        auto start = std::chrono::steady_clock::now();
        body();
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

uint64_t sink = 0;

// Count, and the first 20 rows, as a search gives them.
void page(roaring_bitmap_t *set) {
    sink += roaring_bitmap_get_cardinality(set);
    uint32_t first[20];
    roaring_uint32_iterator_t iterator;
    roaring_init_iterator(set, &iterator);
    sink += roaring_read_uint32_iterator(&iterator, first, 20);
    roaring_bitmap_free(set);
}
}

int main() {
    const std::vector<double> shares = {0.5, 0.2, 0.05, 0.01, 0.001};
    std::vector<roaring_bitmap_t *> sets;
    for (size_t i = 0; i < shares.size(); i++) sets.push_back(roaring_bitmap_create());
    RandomSource random{9};
    for (uint32_t row = 0; row < rows; row++)
        for (size_t i = 0; i < shares.size(); i++)
            if (random.fraction() < shares[i]) roaring_bitmap_add(sets[i], row);
    size_t bytes = 0;
    for (auto set : sets) {
        roaring_bitmap_run_optimize(set);
        bytes += roaring_bitmap_size_in_bytes(set);
    }
    printf("five sets take %.2f MB\n", double(bytes) / 1e6);
    auto all = roaring_bitmap_from_range(0, rows, 1);
    auto report = [](const char *name, double time) { printf("%-40s%.4f ms\n", name, time); };
    report("0.5 AND 0.2", median([&] { page(roaring_bitmap_and(sets[0], sets[1])); }));
    report("0.5 AND 0.2 AND 0.05", median([&] {
        auto both = roaring_bitmap_and(sets[0], sets[1]);
        roaring_bitmap_and_inplace(both, sets[2]);
        page(both);
    }));
    report("0.05 AND 0.01", median([&] { page(roaring_bitmap_and(sets[2], sets[3])); }));
    report("0.2 OR 0.001", median([&] { page(roaring_bitmap_or(sets[1], sets[4])); }));
    report("0.05 AND NOT 0.2", median([&] { page(roaring_bitmap_andnot(sets[2], sets[1])); }));
    report("NOT 0.001", median([&] { page(roaring_bitmap_andnot(all, sets[4])); }));
    return sink == 0;
}
