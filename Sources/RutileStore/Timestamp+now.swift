import Glibc
package import RutileModel

extension Timestamp {
    /// The present, by the system's clock. Only for defaults of parameters that take a clock.
    package static func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
