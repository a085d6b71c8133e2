import TapLinux
import Testing

struct PacketRingGeometryTests {
    @Test(arguments: [68, 576, 1280, 1500, 1504, 2000, 4352, 9000, 16_110, 65_535])
    func everyFrameOfTheMTUFitsASlot(_ mtu: Int) {
        let geometry = PacketRingGeometry(mtu: mtu, slotCount: 1000)
        // 66 octets before the virtio header, 10 of it, two addresses and a type, a tag.
        #expect(geometry.slotByteCount >= 76 + 14 + 4 + mtu)
        #expect(geometry.slotCount >= 1000)
        #expect(geometry.slotsPerBlock * geometry.slotByteCount <= geometry.blockByteCount)
        #expect(geometry.byteCount == geometry.blockByteCount * geometry.blockCount)
        #expect(geometry.blockByteCount.isMultiple(of: 4096))
    }

    @Test(arguments: [1500, 9000])
    func slotsSpreadOverTheSetsOfTheCache(_ mtu: Int) {
        let lines = PacketRingGeometry(mtu: mtu, slotCount: 64).slotByteCount / 64
        #expect(lines % 2 == 1)
    }

    @Test func noMTUTraps() {
        for mtu in [Int.min, -1, 0, 1, Int.max] {
            #expect(PacketRingGeometry(mtu: mtu, slotCount: 1).slotCount >= 1)
        }
    }
}
