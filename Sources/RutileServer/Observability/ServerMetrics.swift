package import RutileModel
import RutileStore
import Synchronization

/// Counts what the server does, and says it in Prometheus's text format (version 0.0.4).
package final class ServerMetrics: Sendable {
    /// What requests are counted by. Routes and methods are the server's own words, so that a client cannot make
    /// new counters.
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Histogram {
        var buckets = [Int](repeating: 0, count: ServerMetrics.bounds.count)
        var sum = 0.0
        var count = 0

        mutating func add(_ seconds: Double) {
            for (index, bound) in ServerMetrics.bounds.enumerated() where seconds <= bound { buckets[index] += 1 }
            sum += seconds
            count += 1
        }
    }

    private struct Counts {
        var requests: [Key: Int] = [:]
        var latencies: [String: Histogram] = [:]
        var running = 0
    }

    /// Upper bounds of the latency buckets, in seconds.
    private static let bounds = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    private let counts = Mutex(Counts())
    /// When the process began.
    let started: Timestamp

    /// Nothing counted yet, of a process that began at `started`.
    package init(started: Timestamp = .now()) { self.started = started }

    /// A request came in.
    package func begin() { counts.withLock { $0.running += 1 } }

    /// Requests that are being answered.
    var running: Int { counts.withLock { $0.running } }

    /// A request was answered: by `route`, with `status`, after `seconds`.
    package func end(method: String, route: String, status: Int, seconds: Double) {
        counts.withLock {
            $0.running -= 1
            $0.requests[Key(method: method, route: route, status: status), default: 0] += 1
            $0.latencies[route, default: Histogram()].add(seconds)
        }
    }

    /// All metrics as text.
    package func text(now: Timestamp = .now()) -> String {
        let counts = counts.withLock { $0 }
        var text = Exposition()
        text.family("rutile_http_requests_total", "counter", "Requests answered.")
        for (key, count) in counts.requests.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }
        ) {
            let labels = [("method", key.method), ("route", key.route), ("status", String(key.status))]
            text.sample("rutile_http_requests_total", labels, String(count))
        }
        text.family("rutile_http_request_seconds", "histogram", "Time from a request's head to its answer.")
        for (route, histogram) in counts.latencies.sorted(by: { $0.key < $1.key }) {
            for (bound, count) in zip(Self.bounds, histogram.buckets) {
                text.sample(
                    "rutile_http_request_seconds_bucket", [("route", route), ("le", String(bound))], String(count))
            }
            let total = String(histogram.count)
            text.sample("rutile_http_request_seconds_bucket", [("route", route), ("le", "+Inf")], total)
            text.sample("rutile_http_request_seconds_sum", [("route", route)], String(histogram.sum))
            text.sample("rutile_http_request_seconds_count", [("route", route)], total)
        }
        text.family("rutile_http_requests_running", "gauge", "Requests being answered.")
        text.sample("rutile_http_requests_running", [], String(counts.running))
        text.family("process_resident_memory_bytes", "gauge", "Resident memory in bytes.")
        text.sample("process_resident_memory_bytes", [], String(ProcessFacts.residentBytes))
        text.family("process_start_time_seconds", "gauge", "Start of the process, seconds since 1970.")
        text.sample("process_start_time_seconds", [], String(Double(started.microseconds) / 1e6))
        text.family("rutile_uptime_seconds", "gauge", "Seconds since the start of the process.")
        text.sample("rutile_uptime_seconds", [], String(Double(now.microseconds - started.microseconds) / 1e6))
        return text.text
    }
}

/// Text in Prometheus's format, being written.
private struct Exposition {
    var text = ""

    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Label values are our own words and need no escapes.
    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        let list = labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
        text += name + (list.isEmpty ? "" : "{\(list)}") + " " + value + "\n"
    }
}
