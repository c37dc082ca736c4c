import RutileIndex
import RutileTestSupport
import Testing

@Test(arguments: EntryIndexContract.checks)
func bitmapIndexKeepsTheContract(_ check: EntryIndexContract.Check) async throws {
    try await check.run { BitmapIndex($0) }
}
