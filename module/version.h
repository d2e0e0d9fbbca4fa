/* SPDX-License-Identifier: GPL-2.0 */
/* version.h - the version of module and command, which are made together. Packages take it from here, too. */
#ifndef MMA_VERSION_H
#define MMA_VERSION_H

#define MMAUDIT_VERSION	"0.1"

#endif /* MMA_VERSION_H */
