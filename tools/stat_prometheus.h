/* SPDX-License-Identifier: GPL-2.0 */
/* stat_prometheus.h - the module's state and counters in Prometheus' text format, for node_exporter's textfile collector. */
#ifndef STAT_PROMETHEUS_H
#define STAT_PROMETHEUS_H

#include <stdio.h>

#include "device.h"

struct seen {
	struct device dev;
	struct mma_stats stats;
	struct coverage cov;
};

/* seen is NULL if the module is not there: then that is all that is said. */
void stat_prometheus(FILE *f, const struct seen *seen);

#endif /* STAT_PROMETHEUS_H */
