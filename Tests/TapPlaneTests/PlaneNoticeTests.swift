import TapPlane
import Testing

struct PlaneNoticeTests {
    private static let error = PlaneError(.system(step: "take it down"), port: "eth1")

    @Test(
        arguments: [
            .unfiltered("eth1"), .vanished("eth1"), .returned("eth1"), .refused("eth1", error),
            .renamed("eth1", to: "wan0"), .mastered("eth1", master: "br0"),
            .mtuChanged("eth1", mtu: 9000, shortest: nil),
            .mtuChanged("eth1", mtu: 9000, shortest: PortMTU(name: "eth0", mtu: 1500)),
            .addressed("eth1", address: "192.0.2.1/24"), .carrierLost("eth1"), .carrierBack("eth1"),
            .setDown("eth1"), .setUp("eth1"), .takenDown("eth1", for: ["eth0"]),
            .takenDown("eth1", for: ["eth0", "eth2"]), .raised("eth1"), .leftUp("eth1"),
            .postponed("eth1", seconds: 4),
        ] as [PlaneNotice]
    )
    func everyNoticeSaysWhereAndWhat(_ notice: PlaneNotice) {
        #expect("\(notice)".hasPrefix("eth1: "))
        #expect("\(notice)".count > 9)
    }

    @Test func theWordsNameTheOtherPort() {
        let limit = PlaneNotice.mtuChanged(
            "eth1",
            mtu: 9000,
            shortest: PortMTU(name: "eth0", mtu: 1500)
        )
        #expect("\(limit)".contains("frames longer than the 1500 of eth0 cannot cross"))
        let fault = PlaneNotice.takenDown("eth1", for: ["eth0", "eth2"])
        #expect("\(fault)".contains("as eth0, eth2 have no carrier"))
        #expect("\(PlaneNotice.linkFaultFailed(Self.error))".contains("eth1: could not"))
    }
}
