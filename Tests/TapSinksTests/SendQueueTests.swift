import TapSinks
import Testing

@Suite("Send queue")
struct SendQueueTests {
    private let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:0259 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
           1: 0100007F:9C40 0100007F:0259 01 000003E8:00000000 01:00000014 00000000     0        0 2
           2: 0100007F:0259 0100007F:9C40 01 00000000:000003E8 00:00000000 00000000     0        0 3
           3: 0200007F:9C40 0100007F:0259 01 00000007:00000000 04:00000014 00000000     0        0 4
           4: 0100007F:9C41 0100007F:0259 01 00000001:00000000 04:00000014 00000000     0        0 5
        """

    @Test("Found by its ports, the fullest of several")
    func finds() {
        let queue = SendQueue(in: table, local: 40_000, remote: 601)
        #expect(queue?.octets == 1_000)
        #expect(queue?.isProbing == false)
        #expect(SendQueue(in: table, local: 40_001, remote: 601)?.isProbing == true)
        #expect(SendQueue(in: table, local: 601, remote: 40_000)?.octets == 0)
    }

    @Test("Not there, or no table at all", arguments: ["", "x", "a\nb", "a\n : : : : : :", "\n\n"])
    func misses(other: String) {
        #expect(SendQueue(in: table, local: 1, remote: 601) == nil)
        #expect(SendQueue(in: other, local: 40_000, remote: 601) == nil)
    }
}
