import TapLinux
import Testing

struct DeviceCountersTests {
    @Test func whatWasNotSentIsReadFromTheTable() {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
              eth0:  123456     789    1    2    0     0          0         0   654321     987    3    4    0     0       0          0
              odd:      1 2

            """
        #expect(DeviceCounters.sendDrops(text: text) == ["lo": 0, "eth0": 7])
    }

    @Test func thisMachineHasSome() throws {
        #expect(try DeviceCounters.sendDrops()["lo"] != nil)
    }
}
