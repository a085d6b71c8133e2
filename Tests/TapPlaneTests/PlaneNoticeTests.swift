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
            .offloads("eth1", OffloadChanges(switchedOff: [.generic])),
        ] as [PlaneNotice]
    )
    func everyNoticeSaysWhereAndWhat(_ notice: PlaneNotice) {
        #expect("\(notice)".hasPrefix("eth1: "))
        #expect("\(notice)".count > 9)
    }

    @Test(
        arguments: [
            (
                OffloadChanges(switchedOff: [.generic, .hardware]),
                "eth1: switched off generic-receive-offload, rx-gro-hw so that the mirror is as the wire"
            ),
            (
                OffloadChanges(switchedOff: [.largeReceive]),
                "eth1: switched off large-receive-offload so that segments cross as they came"
            ),
            (
                OffloadChanges(switchedOn: [.generic], left: [.largeReceive]),
                "eth1: switched on again generic-receive-offload; cannot switch off "
                    + "large-receive-offload (fixed, or the driver refuses); joined segments may cross and "
                    + "stand in the mirror otherwise than they came"
            ),
            (
                OffloadChanges(switchedOff: [.generic], left: [.hardware]),
                "eth1: switched off generic-receive-offload so that the mirror is as the wire; cannot "
                    + "switch off rx-gro-hw (fixed, or the driver refuses); the mirror may show joined "
                    + "frames that the wire did not have"
            ),
        ]
    )
    func offloadsAreTold(_ changes: OffloadChanges, _ words: String) {
        #expect("\(PlaneNotice.offloads("eth1", changes))" == words)
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
