import RutileStore
import RutileTestSupport
import Testing

@Test(arguments: EntryIndexContract.checks)
func memoryEntryIndexKeepsTheContract(_ check: EntryIndexContract.Check) async throws {
    try await check.run { MemoryEntryIndex($0) }
}
