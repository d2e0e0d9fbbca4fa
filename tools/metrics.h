/* SPDX-License-Identifier: GPL-2.0 */
/* metrics.h - the parts of Prometheus' text format. */
#ifndef METRICS_H
#define METRICS_H

#include <linux/types.h>
#include <stdio.h>

/* The two lines before the rows of a metric. type: "gauge", or "counter" if it only grows. */
void metric_head(FILE *f, const char *type, const char *name, const char *help);

/* label="value", with what must not stand in a value as it is written so that it may. */
void metric_label(FILE *f, const char *label, const char *value);

/* A metric of one row without labels, with its head. */
void metric_one(FILE *f, const char *type, const char *name, const char *help, __u64 value);

#endif /* METRICS_H */
