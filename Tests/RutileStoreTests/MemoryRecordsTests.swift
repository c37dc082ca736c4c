import RutileStore
import RutileTestSupport
import Testing

@Test(arguments: RecordStoreContract.checks)
func memoryRecordsKeepTheContract(_ check: RecordStoreContract.Check) async throws {
    try await check.run(MemoryRecords())
}

@Test(arguments: GatewayStoreContract.checks)
func memoryKeepsTheContractOfGatewayStores(_ check: GatewayStoreContract.Check) async throws {
    try await check.run(MemoryGatewayStore())
}
