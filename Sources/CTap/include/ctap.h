#pragma once
#include "ctap_bpf.h"
#include "ctap_crc.h"
#include "ctap_features.h"
#include "ctap_net.h"
#include "ctap_probe.h"
#include "ctap_ring.h"
#include "ctap_spawn.h"
