import Logging
import RutileJSON
import RutileServer
import Testing

struct LineLogTests {
    private func line(_ format: LogFormat, _ message: String, _ metadata: Logger.Metadata) -> String {
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in LineLog(level: .info, format: format) { lines.add($0) } }
        logger.debug("too unimportant")
        logger.info("\(message)", metadata: metadata)
        return lines.all.joined()
    }

    @Test func aTextLineHasItsFieldsInOrder() {
        let text = line(.text, "request", ["status": "200", "path": "/a b", "empty": ""])
        #expect(text.hasPrefix("time=20"))
        #expect(text.hasSuffix("level=info msg=request empty=\"\" path=\"/a b\" status=200\n"))
    }

    @Test func aClientCannotForgeALine() {
        let text = line(.text, "x", ["path": "/a\nlevel=error msg=forged"])
        #expect(text.filter { $0 == "\n" }.count == 1)
    }

    @Test func aJSONLineIsAnObject() throws {
        let text = line(.json, "hello \"you\"", ["status": "200"])
        let value = try Value(json: Array(text.utf8), limits: .request, nonFinite: .refuse)
        #expect(value["msg"] == .string("hello \"you\""))
        #expect(value["status"] == .string("200"))
        #expect(value["level"] == .string("info"))
        #expect(value["time"]?.text?.hasSuffix("Z") == true)
    }
}
