// Made of openapi.json, SHA-256 540a90eba6871e17e96c6c7d4336a202c838f32eb5a088521d8597e32b3cefaf.
export interface paths {
    readonly "/api/alerts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 红黄灯清单 / What is red or yellow */
        readonly get: operations["get_api_alerts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/bulletin": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 通报 / Bulletin */
        readonly get: operations["get_api_bulletin"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/bulletins": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 发布通报 / Issue a bulletin */
        readonly post: operations["post_api_bulletins"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/changes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 变更长轮询 / Changes, by long polling */
        readonly get: operations["get_api_changes"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/districts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 各区概要 / Districts */
        readonly get: operations["get_api_districts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/districts/{district}/date": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** 设定评价日期 / Set the evaluation date */
        readonly put: operations["put_api_districts_district_date"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/features/{layer}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 图层要素列表 / Features of a layer */
        readonly get: operations["get_api_features_layer"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/features/{layer}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 一个要素的详情 / One feature in full */
        readonly get: operations["get_api_features_layer_id"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/history": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 逐月灯色 / Lights month by month */
        readonly get: operations["get_api_history"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/indicators": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 指标 / Indicators */
        readonly get: operations["get_api_indicators"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/journal": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 安全日志 / Security journal */
        readonly get: operations["get_api_journal"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/layers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 图层 / Layers */
        readonly get: operations["get_api_layers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/lights": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 各要素灯色 / Lights of features */
        readonly get: operations["get_api_lights"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 变更推送（SSE） / Changes as they come (SSE) */
        readonly get: operations["get_api_live"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/log/{layer}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 一个要素的变更记录 / What was changed of a feature */
        readonly get: operations["get_api_log_layer_id"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/map.png": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 地图（PNG） / Map as PNG */
        readonly get: operations["get_api_map_png"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/map.svg": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 地图（SVG） / Map as SVG */
        readonly get: operations["get_api_map_svg"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/milestones/{layer}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 登记节点 / Add a milestone */
        readonly post: operations["post_api_milestones_layer_id"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/milestones/{layer}/{id}/{row}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** 更正节点 / Correct a milestone */
        readonly put: operations["put_api_milestones_layer_id_row"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/nearby": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 附近要素 / What is near a place */
        readonly get: operations["get_api_nearby"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 本接口定义 / This definition */
        readonly get: operations["get_api_openapi_json"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/overview": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 总览 / Overview */
        readonly get: operations["get_api_overview"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/periods": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 填报期 / Reporting periods */
        readonly get: operations["get_api_periods"];
        readonly put?: never;
        /** 移动填报期状态 / Move a period on */
        readonly post: operations["post_api_periods"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/plans/{layer}/{id}/{year}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** 下达年度计划 / Issue the plan of a year */
        readonly put: operations["put_api_plans_layer_id_year"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/problems": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 问题清单 / Problems */
        readonly get: operations["get_api_problems"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/readings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 推送监测读数 / Push readings of devices */
        readonly post: operations["post_api_readings"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/records/{layer}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 登记记录 / Add a record */
        readonly post: operations["post_api_records_layer_id"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/records/{layer}/{id}/{row}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** 更正记录 / Correct a record */
        readonly put: operations["put_api_records_layer_id_row"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/registers/{year}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 结转年度 / Carry the register over to a year */
        readonly post: operations["post_api_registers_year"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/reports/{layer}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 一个项目的填报 / The reports of a project */
        readonly get: operations["get_api_reports_layer_id"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/reports/{layer}/{id}/{date}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** 填报 / Report a month */
        readonly put: operations["put_api_reports_layer_id_date"];
        readonly post?: never;
        /** 撤回填报 / Withdraw a report */
        readonly delete: operations["delete_api_reports_layer_id_date"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/reports/findings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 填报核查结果 / What is wrong with reports */
        readonly get: operations["get_api_reports_findings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/rulings/{layer}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 认定灯色 / Rule over a light */
        readonly post: operations["post_api_rulings_layer_id"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/rulings/{layer}/{id}/end": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 解除认定 / End a ruling */
        readonly post: operations["post_api_rulings_layer_id_end"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/session": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 当前身份 / Who one is */
        readonly get: operations["get_api_session"];
        readonly put?: never;
        /** 登录 / Sign in */
        readonly post: operations["post_api_session"];
        /** 退出 / Sign out */
        readonly delete: operations["delete_api_session"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/session/oidc": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 单点登录 / Sign on at the provider */
        readonly get: operations["get_api_session_oidc"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/session/oidc/callback": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 单点登录返回 / Back from the provider */
        readonly get: operations["get_api_session_oidc_callback"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/session/password": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** 修改密码 / Change the password */
        readonly put: operations["put_api_session_password"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/tasks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 任务 / Tasks */
        readonly get: operations["get_api_tasks"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/warnings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 预警清单 / Warnings */
        readonly get: operations["get_api_warnings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/warnings/{layer}/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 一个要素的预警经过 / The warnings of a feature */
        readonly get: operations["get_api_warnings_layer_id"];
        readonly put?: never;
        /** 办理预警 / Handle a warning */
        readonly post: operations["post_api_warnings_layer_id"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/archives": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 瓦片包清单 / Archives of tiles */
        readonly get: operations["get_archives"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/archives/{name}.pmtiles": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 瓦片包（PMTiles，支持 Range） / Archive of tiles (PMTiles, by ranges) */
        readonly get: operations["get_archives_name_pmtiles"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 进程存活 / The process lives */
        readonly get: operations["get_healthz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 运行指标（Prometheus） / Metrics (Prometheus) */
        readonly get: operations["get_metrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/ogc": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** OGC API：另有定义 / OGC API: it has its own definition */
        readonly get: operations["get_ogc"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/ogc/{path}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** OGC API：另有定义 / OGC API: it has its own definition */
        readonly get: operations["get_ogc_path"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/ogc/collections/{layer}/items": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** 新建要素 / Create a feature */
        readonly post: operations["post_ogc_collections_layer_items"];
        readonly delete?: never;
        /** 可用方法 / Methods there are */
        readonly options: operations["options_ogc_collections_layer_items"];
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/ogc/collections/{layer}/items/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** 替换要素 / Replace a feature */
        readonly put: operations["put_ogc_collections_layer_items_id"];
        readonly post?: never;
        /** 删除要素 / Delete a feature */
        readonly delete: operations["delete_ogc_collections_layer_items_id"];
        /** 可用方法 / Methods there are */
        readonly options: operations["options_ogc_collections_layer_items_id"];
        readonly head?: never;
        /** 修改要素 / Update a feature */
        readonly patch: operations["patch_ogc_collections_layer_items_id"];
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 可以服务 / Ready to serve */
        readonly get: operations["get_readyz"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/style.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 地图样式 / Map style */
        readonly get: operations["get_style_json"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/tiles/{layers}.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 瓦片说明（TileJSON） / TileJSON */
        readonly get: operations["get_tiles_layers_json"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/tiles/{layers}/{z}/{x}/{y}.mvt": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** 矢量瓦片 / Vector tile */
        readonly get: operations["get_tiles_layers_z_x_y_mvt"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Alert: {
            readonly category: string;
            readonly code: string;
            /** @description 至该区数据截至日期的天数 / Days since then, at its district's date */
            readonly days: number;
            readonly district: string;
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            /** @description 经度, 纬度（度；附近查询时按 crs=） / longitude, latitude in degrees (of crs= in what is near) */
            readonly point: components["schemas"]["Position"] | null;
            readonly reason: components["schemas"]["Text"];
            readonly since: components["schemas"]["Day"];
            readonly status: components["schemas"]["Text"];
            readonly town: string;
            readonly towns: readonly string[];
            readonly unit: string;
        };
        readonly AlertCounts: {
            /** @description 红灯的数量 / How many are red */
            readonly red: number;
            /** @description 黄灯的数量 / How many are yellow */
            readonly yellow: number;
        };
        readonly Alerts: {
            readonly at: components["schemas"]["Day"];
            readonly counts: components["schemas"]["AlertCounts"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly items: readonly components["schemas"]["Alert"][];
            readonly next?: string;
        };
        readonly Alive: {
            readonly status: string;
            readonly version: string;
        };
        readonly Archive: {
            readonly alias?: string;
            readonly at: components["schemas"]["Day"];
            /** @description 西, 南, 东, 北（度） / west, south, east, north in degrees */
            readonly bounds: readonly number[];
            /** Format: date-time */
            readonly built: string | null;
            /** @description 字节数；尚未制成为 null / Bytes; null where it is not made yet */
            readonly bytes: number | null;
            readonly cursor: components["schemas"]["Cursor"] | null;
            readonly etag: string | null;
            readonly layers: readonly string[];
            readonly name: string;
            readonly title: string;
            readonly url: string;
            /** @description 最低与最高缩放级别 / First and last zoom */
            readonly zooms: readonly number[];
        };
        readonly Archives: {
            readonly archives: readonly components["schemas"]["Archive"][];
            readonly cursor: components["schemas"]["Cursor"];
        };
        readonly BulletinEntry: {
            readonly district: string;
            readonly month: string;
            readonly number?: string;
            readonly unit?: string;
        };
        readonly BulletinWritten: {
            readonly changed: boolean;
            readonly code: string;
            readonly cursor: components["schemas"]["Cursor"];
            /** Format: date-time */
            readonly known: string;
            readonly replayed?: boolean;
            readonly title: string;
            readonly visible: boolean;
        };
        readonly CardWarning: {
            readonly assigned: string;
            readonly href: string;
            readonly key: string;
            /** @description 预警级别：1 提醒、2 协调、3 督办 / Level of the warning: 1 提醒, 2 协调, 3 督办 */
            readonly level: number;
            /** @description 拟督办，待人确认 / 督办 is proposed and waits for a person */
            readonly proposed: boolean;
            readonly raised: components["schemas"]["Day"];
            /** @description 重开次数 / How often it was reopened */
            readonly reopened: number;
            readonly rule: string;
            readonly since: components["schemas"]["Day"];
            readonly state: string;
        };
        readonly CarryEntry: {
            readonly district: string;
            readonly dryRun?: boolean;
        };
        readonly CarryWritten: {
            /** @description 原已在该年度清单中的项目数 / Projects that stood in the year's register before */
            readonly already: number;
            readonly carried: readonly string[];
            readonly changed: boolean;
            readonly cursor: components["schemas"]["Cursor"];
            readonly district: string;
            readonly dryRun: boolean;
            /** @description 不结转的项目数：已完成、终止或调出 / Projects not carried over: finished, ended or removed */
            readonly left: number;
            readonly replayed?: boolean;
            readonly visible: boolean;
            /** @description 年度 / Year */
            readonly year: number;
        };
        readonly CategoryCounts: {
            readonly category: string;
            readonly counts: components["schemas"]["Counts"];
            readonly href: string;
            readonly layer: string;
            readonly marks: readonly components["schemas"]["Mark"][];
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly Change: {
            readonly cursor: components["schemas"]["Cursor"];
            readonly dates: readonly components["schemas"]["DistrictDate"][];
            readonly features: readonly components["schemas"]["ChangedFeature"][];
            /** @description 本节点自启动以来的数据次序 / How many times the data of this node has moved on */
            readonly revision: number;
            /** @description 变了的瓦片 z/x/y，或全部 / The tiles that changed as z/x/y, or all */
            readonly tiles: "all" | readonly string[];
        };
        readonly ChangedFeature: {
            readonly attached?: readonly string[];
            readonly code: string;
            readonly district?: string;
            readonly gone?: boolean;
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            /** @description 经度, 纬度（度；附近查询时按 crs=） / longitude, latitude in degrees (of crs= in what is near) */
            readonly point?: components["schemas"]["Position"];
            readonly reason: components["schemas"]["Text"];
            readonly status: components["schemas"]["Text"];
            readonly warning?: components["schemas"]["ChangedWarning"];
            readonly was?: components["schemas"]["Light"];
        };
        readonly ChangedWarning: {
            /** @description 预警级别：1 提醒、2 协调、3 督办 / Level of the warning: 1 提醒, 2 协调, 3 督办 */
            readonly level: number;
            /** @description 拟督办，待人确认 / 督办 is proposed and waits for a person */
            readonly proposed: boolean;
            readonly since: components["schemas"]["Day"];
            readonly state: string;
        };
        readonly Changes: {
            readonly cursor: components["schemas"]["Cursor"];
            readonly events: readonly components["schemas"]["PollEvent"][];
            readonly store: components["schemas"]["StoreState"];
        };
        readonly Counts: {
            /** @description 绿灯的数量 / How many are green */
            readonly green: number;
            /** @description 未填报的数量 / How many have nothing to judge by */
            readonly none: number;
            /** @description 红灯的数量 / How many are red */
            readonly red: number;
            /** @description 黄灯的数量 / How many are yellow */
            readonly yellow: number;
        };
        /** @description 数据读到的位置 / Where the data stands */
        readonly Cursor: string;
        readonly DateEntry: {
            readonly date?: components["schemas"]["DayOrMonth"];
            readonly live?: boolean;
        };
        readonly DateWritten: {
            readonly changed: boolean;
            readonly cursor: components["schemas"]["Cursor"];
            readonly date: components["schemas"]["Day"];
            readonly district: string;
            readonly from: components["schemas"]["Day"];
            readonly live: boolean;
            readonly replayed?: boolean;
            readonly visible: boolean;
        };
        /**
         * @description 日期；空为没有 / A day; empty where there is none
         * @example 2022-12-31
         */
        readonly Day: string;
        /**
         * @description 日期，或月份（其末日） / A day, or a month, which stands for its last day
         * @example 2022-12
         */
        readonly DayOrMonth: string;
        readonly DeclaredField: {
            readonly enum?: readonly string[];
            /** @description 最大值，单位见 unit / Largest value, in unit */
            readonly max?: number;
            /** @description 最小值，单位见 unit / Smallest value, in unit */
            readonly min?: number;
            readonly name: string;
            readonly required?: boolean;
            readonly tile?: boolean;
            readonly title: components["schemas"]["Text"];
            readonly type: string;
            readonly unit?: string;
        };
        readonly District: {
            /** @description 西, 南, 东, 北（度） / west, south, east, north in degrees */
            readonly bounds: readonly number[];
            readonly code: string;
            readonly date: components["schemas"]["Day"];
            readonly live: boolean;
            readonly name: string;
        };
        readonly DistrictDate: {
            readonly date: components["schemas"]["Day"];
            readonly district: string;
            readonly live: boolean;
        };
        readonly DistrictRow: {
            /** @description 西, 南, 东, 北（度） / west, south, east, north in degrees */
            readonly bounds: readonly number[];
            readonly code: string;
            readonly counts: components["schemas"]["Counts"];
            readonly date: components["schemas"]["Day"];
            readonly live: boolean;
            readonly name: string;
        };
        readonly Districts: {
            readonly at: components["schemas"]["Day"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly districts: readonly components["schemas"]["DistrictRow"][];
        };
        readonly Duty: {
            readonly due: components["schemas"]["Day"];
            readonly month: components["schemas"]["Day"];
        };
        readonly EndEntry: {
            readonly reason: string;
        };
        readonly Fault: {
            readonly layer?: string;
            readonly mend?: string;
            readonly message: string;
        };
        readonly Feature: {
            readonly geometry: components["schemas"]["NullableGeometry"];
            readonly id: components["schemas"]["Id"];
            readonly properties: components["schemas"]["FeatureProperties"];
            /** @enum {string} */
            readonly type: "Feature";
        };
        readonly FeatureCollection: {
            readonly at: components["schemas"]["Day"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly features: readonly components["schemas"]["Feature"][];
            /** @description 下一页的地址 / Address of the next page */
            readonly next?: string;
            /** @description 符合条件的总数；由数据库直接服务的图层不给出 / How many match; not told of layers served from the database */
            readonly numberMatched?: number;
            /** @description 本页数量 / How many are on this page */
            readonly numberReturned: number;
            /** @enum {string} */
            readonly type: "FeatureCollection";
        };
        readonly FeatureEntry: {
            readonly bbox?: unknown;
            readonly geometry?: components["schemas"]["NullableGeometry"];
            readonly id?: components["schemas"]["Id"];
            readonly links?: unknown;
            /** @description 图层所声明的字段；/ogc/api 逐图层说明 / Fields as the layer declares them; /ogc/api describes each layer's */
            readonly properties: Record<string, never> | null;
            /** @enum {string} */
            readonly type: "Feature";
        };
        readonly FeatureInFull: {
            readonly at: components["schemas"]["Day"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly fields: readonly components["schemas"]["Field"][];
            readonly geometry: components["schemas"]["NullableGeometry"];
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly milestones: readonly components["schemas"]["Row.milestone"][];
            readonly properties: components["schemas"]["StoredProperties"];
            readonly records: readonly components["schemas"]["Row.record"][];
            readonly relations: components["schemas"]["Relations"];
            readonly reportFields: readonly components["schemas"]["Field"][];
            readonly reports: readonly components["schemas"]["Report"][];
            readonly rulings: readonly components["schemas"]["Row.ruling"][];
            readonly type: string;
            readonly units: readonly components["schemas"]["Unit"][];
            readonly warning: components["schemas"]["CardWarning"] | null;
            readonly years: readonly components["schemas"]["Row.project_year"][];
            readonly yiping: components["schemas"]["Judged"];
        };
        readonly FeaturePatch: {
            readonly bbox?: unknown;
            readonly geometry?: components["schemas"]["NullableGeometry"];
            readonly id?: components["schemas"]["Id"];
            readonly links?: unknown;
            /** @description 图层所声明的字段；/ogc/api 逐图层说明 / Fields as the layer declares them; /ogc/api describes each layer's */
            readonly properties?: Record<string, never> | null;
            /** @enum {string} */
            readonly type?: "Feature";
        };
        readonly FeatureProperties: {
            /** @description 编码，本图层内唯一 / Code, unique in the layer */
            readonly code?: string;
            readonly light?: components["schemas"]["Light"];
            readonly reason?: components["schemas"]["Text"];
            readonly since?: components["schemas"]["Day"];
            readonly status?: components["schemas"]["Text"];
        } & {
            readonly [key: string]: unknown;
        };
        readonly FeatureWritten: {
            readonly changed: boolean;
            readonly code: string;
            readonly cursor: components["schemas"]["Cursor"];
            readonly id?: components["schemas"]["Id"];
            readonly layer: string;
            readonly replayed?: boolean;
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version?: number;
            readonly visible: boolean;
        };
        readonly Field: {
            readonly name: string;
            readonly title: components["schemas"]["Text"];
            readonly type: string;
            readonly unit?: string;
        };
        readonly Figure: {
            /** @description 由本市数据算出的值，单位见 unit；没有为 null / The value by the city's own data, in unit; null where there is none */
            readonly computed: number | null;
            readonly href: string;
            readonly id: string;
            /** @description 文件所述或算出的值，单位见 unit；没有为 null / The document's value or the computed one, in unit; null where there is none */
            readonly number: number | null;
            readonly period: string;
            readonly qualifier: string;
            readonly section: string;
            readonly source: string;
            readonly title: string;
            readonly unit: string;
            readonly value: string;
        };
        readonly Finding: {
            readonly against?: unknown;
            readonly code: string;
            readonly correctable?: boolean;
            readonly date: components["schemas"]["Day"];
            readonly district: string;
            readonly due?: components["schemas"]["Day"];
            readonly field?: string;
            readonly id: components["schemas"]["Id"];
            readonly kind: string;
            readonly layer: string;
            readonly mend: components["schemas"]["Text"];
            readonly name: string;
            readonly reason: components["schemas"]["Text"];
            readonly unit: string;
            readonly value?: unknown;
        };
        readonly Findings: {
            readonly counts: {
                readonly [key: string]: number;
            };
            readonly cursor: components["schemas"]["Cursor"];
            readonly items: readonly components["schemas"]["Finding"][];
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly Geometry: components["schemas"]["Point"] | components["schemas"]["MultiPoint"] | components["schemas"]["LineString"] | components["schemas"]["MultiLineString"] | components["schemas"]["Polygon"] | components["schemas"]["MultiPolygon"] | components["schemas"]["GeometryCollection"];
        readonly GeometryCollection: {
            readonly geometries: readonly components["schemas"]["Geometry"][];
            /** @enum {string} */
            readonly type: "GeometryCollection";
        };
        readonly History: {
            readonly at: components["schemas"]["Day"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly months: readonly components["schemas"]["Month"][];
            readonly schematic: boolean;
        };
        /** @description 要素编号，不重用 / Id of a feature, never used again */
        readonly Id: number;
        readonly Indicator: {
            /** @description 基期值，单位见 unit / Value at the start, in unit */
            readonly baseline: number | null;
            readonly baselineDate: components["schemas"]["Day"];
            readonly code: string;
            readonly date: components["schemas"]["Day"];
            /** @description 小数位数 / Decimals */
            readonly decimals: number | null;
            readonly direction: string;
            readonly district: string;
            readonly due: components["schemas"]["Day"];
            readonly fault?: string;
            readonly formula: string;
            readonly href: readonly string[];
            readonly kind: string;
            readonly leadUnits: readonly string[];
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            readonly note: string;
            /** @description 另一读法的值，单位见 unit / By the other reading, in unit */
            readonly other: number | null;
            readonly otherReason: string;
            /** @description 在大屏的次序；0 为不上屏 / Place on the wall; 0: not shown there */
            readonly panel: number;
            /** @description 比率的分子与分母 / Numerator and denominator of a ratio */
            readonly parts?: readonly number[];
            readonly period: string;
            readonly qualifier: string;
            readonly readings: readonly components["schemas"]["Reading"][];
            readonly reason: components["schemas"]["Text"];
            readonly section: string;
            readonly short: string;
            readonly source: string;
            readonly start: components["schemas"]["Day"];
            /** @description 文件所述的值，单位见 unit / What the document says, in unit */
            readonly stated: number | null;
            readonly statedText: string;
            readonly status: components["schemas"]["Text"];
            /** @description 目标值，单位见 unit / Target, in unit */
            readonly target: number | null;
            /** @description 目标上限，单位见 unit / Upper end of the target, in unit */
            readonly targetMax: number | null;
            readonly tasks: readonly string[];
            readonly text?: string;
            readonly unit: string;
            /** @description 值，单位见 unit；未知为 null / Value, in unit; null where it is not known */
            readonly value: number | null;
        };
        readonly Indicators: {
            readonly at: components["schemas"]["Day"];
            /** @description 由图层数据算出的指标数 / How many indicators come from layers */
            readonly computed: number;
            readonly cursor: components["schemas"]["Cursor"];
            readonly items: readonly components["schemas"]["Indicator"][];
            /** @description 符合条件的数量 / How many match */
            readonly matched: number;
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly Investment: {
            /** @description 本年完成投资（亿元） / Made this year (100 million yuan) */
            readonly actual: number;
            /** @description 占本年计划的比例（％）；没有计划为 null / Of the year's plan (％); null without one */
            readonly completion: number | null;
            /** @description 至最近一期报告的计划投资（亿元） / Planned up to the last reports (100 million yuan) */
            readonly due: number;
            readonly href?: string;
            /** @description 本年计划投资（亿元） / Planned for the year (100 million yuan) */
            readonly planned: number;
            /** @description 总投资（亿元） / Investment in all (100 million yuan) */
            readonly total: number;
        };
        readonly Journal: {
            readonly entries: readonly components["schemas"]["JournalEntry"][];
        };
        readonly JournalEntry: {
            readonly actor: string;
            readonly address?: string;
            /** Format: date-time */
            readonly at: string;
            readonly note?: string;
            readonly user: string;
            readonly what: string;
        };
        readonly Judged: {
            /** @description 实际进度（％） / Actual progress (％) */
            readonly actual?: number;
            readonly by?: string;
            readonly district: string;
            readonly districtName: string;
            /** @description 标注点：经度, 纬度（度） / Label point: longitude, latitude in degrees */
            readonly labelPoint: components["schemas"]["Position"] | null;
            readonly light: components["schemas"]["Light"];
            readonly limits?: components["schemas"]["Limits"];
            readonly overdue: boolean;
            /** @description 计划进度（％） / Planned progress (％) */
            readonly plan?: number;
            readonly reason: components["schemas"]["Text"];
            readonly rule: string;
            readonly ruling?: components["schemas"]["Ruling"];
            readonly since: components["schemas"]["Day"];
            readonly status: components["schemas"]["Text"];
            readonly town: string;
            readonly towns: readonly string[];
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version: number;
        };
        readonly LayerCounts: {
            readonly counts: components["schemas"]["Counts"];
            readonly href: string;
            readonly id: string;
            readonly title: components["schemas"]["Text"];
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly LayerRow: {
            /** @description 要素数 / How many features */
            readonly count?: number;
            /** @description 约有要素数（数据库统计） / About how many features, by the statistics of the database */
            readonly estimate?: number;
            readonly fields: readonly components["schemas"]["DeclaredField"][];
            readonly geometry: string;
            readonly id: string;
            readonly label?: string;
            readonly light?: components["schemas"]["LightRule"];
            /** @description 最低缩放级别 / First zoom */
            readonly minzoom?: number;
            readonly owner?: components["schemas"]["Owner"];
            readonly readers?: readonly ("viewer" | "field" | "editor" | "auditor" | "admin")[];
            readonly reports?: readonly components["schemas"]["DeclaredField"][];
            readonly serve?: string;
            readonly title: components["schemas"]["Text"];
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version?: number;
        };
        readonly Layers: {
            readonly cursor: components["schemas"]["Cursor"];
            readonly layers: readonly components["schemas"]["LayerRow"][];
        };
        readonly LevelCount: {
            /** @description 2 级协调的数量 / How many at level 2 协调 */
            readonly coordinate: number;
            /** @description 拟督办的数量（其现行级别中亦计入） / How many are proposed for 督办 (counted at their level in force as well) */
            readonly proposed: number;
            /** @description 1 级提醒的数量 / How many at level 1 提醒 */
            readonly remind: number;
            /** @description 3 级督办的数量 / How many at level 3 督办 */
            readonly supervise: number;
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly LevelCounts: {
            readonly counts: components["schemas"]["Counts"];
            readonly href: string;
            readonly level: string;
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        /**
         * @description 灯色：未填报、正常、滞后、严重滞后 / Light: nothing to judge by, as planned, behind, far behind
         * @enum {string}
         */
        readonly Light: "none" | "green" | "yellow" | "red";
        readonly LightRule: {
            readonly behind?: readonly string[];
            readonly done?: readonly string[];
            readonly due?: string;
            readonly failed?: readonly string[];
            readonly finished?: readonly string[];
            readonly from?: string;
            readonly goal?: string;
            readonly greenWhen?: string;
            readonly issued?: string;
            readonly kind: string;
            readonly lake?: string;
            readonly lakeValue?: string;
            readonly lifecycle?: string;
            readonly measure?: string;
            readonly milestoneValue?: string;
            readonly reason?: string;
            /** @description 落后几个百分点为红灯 / Percentage points behind plan: more is red */
            readonly red?: number;
            readonly redWhen?: string;
            readonly removed?: string;
            readonly state?: string;
            readonly stateAt?: string;
            readonly stopped?: readonly string[];
            readonly target?: string;
            readonly unit?: string;
            readonly year?: string;
            /** @description 落后几个百分点为黄灯 / Percentage points behind plan: more is yellow */
            readonly yellow?: number;
            readonly yellowWhen?: string;
        };
        readonly LightTable: {
            readonly at: components["schemas"]["Day"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly layers: {
                readonly [key: string]: readonly (readonly (components["schemas"]["Id"] | components["schemas"]["Light"])[])[];
            };
        };
        readonly Limits: {
            readonly approvedOnly: boolean;
            /** @description 黄灯几个月报 2 级 / Months of yellow until level 2 */
            readonly coordinate: number;
            /** @description 月报于次月第几个工作日前报送 / Workday of the following month by which a month's report is due */
            readonly dueWorkday: number;
            /** @description 节点迟几天为红灯 / Days a milestone is late: more is red */
            readonly lateRed: number;
            /** @description 节点迟几天为黄灯 / Days a milestone is late: more is yellow */
            readonly lateYellow: number;
            /** @description 落后几个百分点为红灯 / Percentage points behind plan: more is red */
            readonly red: number;
            /** @description 黄灯几个月报 1 级 / Months of yellow until level 1 */
            readonly remind: number;
            /** @description 红灯几个月拟督办 / Months of red until 督办 is proposed */
            readonly supervise: number;
            /** @description 落后几个百分点为黄灯 / Percentage points behind plan: more is yellow */
            readonly yellow: number;
        };
        readonly LineString: {
            readonly coordinates: readonly components["schemas"]["Vertex"][];
            /** @enum {string} */
            readonly type: "LineString";
        };
        readonly Log: {
            readonly cursor: components["schemas"]["Cursor"];
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly more: boolean;
            readonly versions: readonly components["schemas"]["Version"][];
        };
        readonly Mark: {
            readonly id: components["schemas"]["Id"];
            readonly light: components["schemas"]["Light"];
            readonly status: components["schemas"]["Text"];
        };
        readonly Mention: {
            readonly code: string;
            readonly href?: string;
            readonly id?: components["schemas"]["Id"];
            readonly layer: string;
            readonly missing?: boolean;
            readonly name: string;
            readonly reason?: components["schemas"]["Text"];
        };
        readonly MilestoneEntry: {
            readonly [key: string]: unknown;
        };
        readonly Month: {
            readonly counts: components["schemas"]["Counts"];
            readonly date: components["schemas"]["Day"];
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly MonthChange: {
            readonly counts: components["schemas"]["Counts"];
            readonly hrefs: {
                readonly [key: string]: string;
            };
            readonly moved: readonly components["schemas"]["Move"][];
            readonly since: components["schemas"]["Day"];
        };
        readonly Move: {
            readonly from: components["schemas"]["Light"];
            readonly href: string;
            /** @description 数量 / How many */
            readonly n: number;
            readonly to: components["schemas"]["Light"];
        };
        readonly MultiLineString: {
            readonly coordinates: readonly (readonly components["schemas"]["Vertex"][])[];
            /** @enum {string} */
            readonly type: "MultiLineString";
        };
        readonly MultiPoint: {
            readonly coordinates: readonly components["schemas"]["Vertex"][];
            /** @enum {string} */
            readonly type: "MultiPoint";
        };
        readonly MultiPolygon: {
            readonly coordinates: readonly (readonly (readonly components["schemas"]["Vertex"][])[])[];
            /** @enum {string} */
            readonly type: "MultiPolygon";
        };
        readonly Nearby: {
            readonly at: components["schemas"]["Day"];
            readonly crs: string;
            readonly cursor: components["schemas"]["Cursor"];
            readonly items: readonly components["schemas"]["Neighbour"][];
            /** @description 所问位置：经度, 纬度（度，按 crs=） / The place asked for: longitude, latitude in degrees of crs= */
            readonly position: components["schemas"]["Position"];
        };
        readonly Neighbour: {
            /** @description 方位角（度，自北顺时针）；无方向可言为 null / Degrees clockwise from north; null where there is no way to go */
            readonly bearing: number | null;
            readonly code: string;
            /** @description 到几何本身的椭球面距离（米）；在其内为 0 / Geodesic distance to the geometry in metres; 0 inside */
            readonly distance: number;
            readonly district: string;
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            /** @description 经度, 纬度（度；附近查询时按 crs=） / longitude, latitude in degrees (of crs= in what is near) */
            readonly point: components["schemas"]["Position"] | null;
            readonly status: components["schemas"]["Text"];
            readonly town: string;
            readonly towns: readonly string[];
        };
        readonly News: components["schemas"]["Change"] | components["schemas"]["Reload"];
        readonly NullableGeometry: components["schemas"]["Geometry"] | null;
        readonly Overview: {
            readonly at: components["schemas"]["Day"];
            readonly categories: readonly components["schemas"]["CategoryCounts"][];
            readonly category?: string;
            readonly categoryLevel?: string;
            readonly counts: components["schemas"]["Counts"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly district: components["schemas"]["District"] | null;
            readonly faults: readonly components["schemas"]["Fault"][];
            readonly figures: readonly components["schemas"]["Figure"][];
            readonly href: string;
            readonly investment: components["schemas"]["Investment"];
            readonly layers: readonly components["schemas"]["LayerCounts"][];
            readonly level?: string;
            readonly levels: readonly components["schemas"]["LevelCounts"][];
            readonly lifecycle: {
                readonly [key: string]: number;
            };
            readonly lifecycleHref: {
                readonly [key: string]: string;
            };
            readonly month: components["schemas"]["MonthChange"];
            readonly progress: components["schemas"]["Progress"];
            readonly rankedBy: string;
            readonly rankings: components["schemas"]["Rankings"];
            /** @description 本节点自启动以来的数据次序 / How many times the data of this node has moved on */
            readonly revision: number;
            /** @description 总数 / How many in all */
            readonly total: number;
            readonly town?: string;
            readonly unit?: string;
            readonly warnings: components["schemas"]["OverviewWarnings"];
            readonly worst: readonly components["schemas"]["Worst"][];
        };
        readonly OverviewWarnings: {
            /** @description 2 级协调的数量 / How many at level 2 协调 */
            readonly coordinate: number;
            readonly href: string;
            readonly hrefs: components["schemas"]["WarningHrefs"];
            /** @description 拟督办的数量（其现行级别中亦计入） / How many are proposed for 督办 (counted at their level in force as well) */
            readonly proposed: number;
            /** @description 1 级提醒的数量 / How many at level 1 提醒 */
            readonly remind: number;
            /** @description 3 级督办的数量 / How many at level 3 督办 */
            readonly supervise: number;
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly Owner: {
            readonly code?: string;
            readonly layer?: string;
            readonly layerField?: string;
        };
        readonly PasswordEntry: {
            readonly new: string;
            readonly old: string;
        };
        readonly Period: {
            readonly actor?: string;
            readonly district: string;
            readonly due: components["schemas"]["Day"];
            readonly ends: components["schemas"]["Day"];
            /** @description 应报数 / Reports expected */
            readonly expected: number;
            /** @description 已报数 / Reports that came */
            readonly in: number;
            /** @description 迟报数 / Reports that came after the due day */
            readonly late: number;
            readonly layer: string;
            /** @description 未报数 / Reports that are missing */
            readonly missing: number;
            readonly next: readonly string[];
            readonly reason?: string;
            readonly state: string;
            readonly unit: string;
        };
        readonly PeriodEntry: {
            readonly district?: string;
            readonly due?: components["schemas"]["DayOrMonth"];
            readonly ends: components["schemas"]["DayOrMonth"];
            readonly layer: string;
            readonly reason?: string;
            readonly state?: string;
            readonly unit?: string;
        };
        readonly Periods: {
            readonly cursor: components["schemas"]["Cursor"];
            readonly items: readonly components["schemas"]["Period"][];
        };
        readonly PeriodWritten: {
            readonly changed: boolean;
            readonly cursor: components["schemas"]["Cursor"];
            readonly district: string;
            readonly ends: components["schemas"]["Day"];
            readonly from: string;
            readonly layer: string;
            /** @description 变动的填报期数 / Periods moved on */
            readonly periods?: number;
            readonly replayed?: boolean;
            readonly state: string;
            readonly unit: string;
            readonly visible: boolean;
        };
        readonly PlanEntry: {
            readonly goal: string;
            readonly issued?: components["schemas"]["DayOrMonth"];
            /** @description 逐月计划 / Plan month by month */
            readonly months?: readonly components["schemas"]["PlanEntryMonth"][];
            /** @description 本年计划投资（亿元） / Planned investment of the year (100 million yuan) */
            readonly yearInvestment?: number;
        };
        readonly PlanEntryMonth: {
            readonly date: components["schemas"]["DayOrMonth"];
            /** @description 当年累计计划投资（亿元） / Planned investment within the year so far (100 million yuan) */
            readonly plannedInvestment?: number;
            /** @description 计划进度（％） / Planned progress (％) */
            readonly plannedProgress?: number;
        };
        readonly PlanWritten: {
            readonly changed: boolean;
            readonly cursor: components["schemas"]["Cursor"];
            readonly id: components["schemas"]["Id"];
            readonly issued: components["schemas"]["Day"];
            readonly layer: string;
            /** @description 月计划的条数 / Monthly plans entered */
            readonly months: number;
            readonly replayed?: boolean;
            readonly visible: boolean;
            /** @description 年度 / Year */
            readonly year: number;
        };
        readonly Point: {
            readonly coordinates: components["schemas"]["Vertex"];
            /** @enum {string} */
            readonly type: "Point";
        };
        readonly PollEvent: {
            readonly data: components["schemas"]["News"];
            readonly event: string;
        };
        readonly Polygon: {
            readonly coordinates: readonly (readonly components["schemas"]["Vertex"][])[];
            /** @enum {string} */
            readonly type: "Polygon";
        };
        /** @description 经度, 纬度（度，经度在前） / longitude, latitude in degrees */
        readonly Position: readonly number[];
        readonly Problem: {
            readonly batch: string;
            readonly category: string;
            readonly cause: string;
            readonly closed: components["schemas"]["Day"];
            readonly code: string;
            /** @description 至该区数据截至日期的天数 / Days since then, at its district's date */
            readonly days: number;
            /** @description 距期限的天数；负数为逾期；已关闭或没有期限为 null / Days to the deadline; below 0 past it; null once closed, and without one */
            readonly daysLeft: number | null;
            readonly deadline: components["schemas"]["Day"];
            readonly district: string;
            readonly found: components["schemas"]["Day"];
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            /** @description 所涉要素 / The feature it concerns */
            readonly of: components["schemas"]["Mention"] | null;
            /** @description 经度, 纬度（度；附近查询时按 crs=） / longitude, latitude in degrees (of crs= in what is near) */
            readonly point: components["schemas"]["Position"] | null;
            readonly reason: components["schemas"]["Text"];
            readonly remedy: string;
            readonly since: components["schemas"]["Day"];
            readonly stage: string;
            readonly state: string;
            readonly status: components["schemas"]["Text"];
            readonly town: string;
            readonly towns: readonly string[];
            readonly transferred: string;
            readonly unit: string;
        };
        readonly ProblemDocument: {
            readonly detail: string;
            readonly findings?: readonly components["schemas"]["Finding"][];
            readonly instance: string;
            readonly parameter?: string;
            /** @description 有误的是第几条（自 1 起） / Which item is at fault, from 1 on */
            readonly row?: number;
            /** @description HTTP 状态 / HTTP status */
            readonly status: number;
            readonly title: string;
            readonly type: string;
        };
        readonly Problems: {
            readonly at: components["schemas"]["Day"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly items: readonly components["schemas"]["Problem"][];
            /** @description 符合条件的数量 / How many match */
            readonly matched: number;
            readonly next?: string;
            readonly stages: readonly components["schemas"]["Stage"][];
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly Progress: {
            /** @description 完成率（％）；没有计划为 null / Completion (％); null without a plan */
            readonly completion: number | null;
            /** @description 已达成的年度目标数 / Goals of the year reached */
            readonly done: number;
            readonly doneHref: string;
            /** @description 年度目标总数 / Goals of the year */
            readonly of: number;
            readonly ofHref: string;
        };
        readonly Rank: {
            /** @description 完成率（％）；没有计划为 null / Completion (％); null without a plan */
            readonly completion: number | null;
            readonly counts: components["schemas"]["Counts"];
            /** @description 已达成的年度目标数 / Goals of the year reached */
            readonly done: number;
            readonly doneHref: string;
            readonly href: string;
            readonly investment: components["schemas"]["Investment"];
            readonly name: string;
            /** @description 年度目标总数 / Goals of the year */
            readonly of: number;
            readonly ofHref: string;
            /** @description 名次，相等并列；0 为没有计划 / Place, equals share one; 0 without a plan */
            readonly rank: number;
            /** @description 总数 / How many in all */
            readonly total: number;
            readonly warnings: components["schemas"]["OverviewWarnings"];
        };
        readonly Rankings: {
            readonly category: readonly components["schemas"]["Rank"][];
            readonly town: readonly components["schemas"]["Rank"][];
            readonly unit: readonly components["schemas"]["Rank"][];
        };
        readonly Reading: {
            readonly date: components["schemas"]["Day"];
            /** @description 值，单位见 unit；未知为 null / Value, in unit; null where it is not known */
            readonly value: number;
        };
        readonly ReadingEntry: {
            readonly code: string;
            readonly date: components["schemas"]["DayOrMonth"];
            readonly layer: string;
            readonly values: components["schemas"]["ReportEntry"];
        };
        readonly ReadingsEntry: {
            readonly key: string;
            readonly readings: readonly components["schemas"]["ReadingEntry"][];
            readonly system: string;
        };
        readonly ReadingsWritten: {
            readonly changed: boolean;
            readonly cursor: components["schemas"]["Cursor"];
            /** @description 推送的读数 / Readings pushed */
            readonly readings: number;
            readonly replayed?: boolean;
            /** @description 写入的行数 / Rows entered */
            readonly rows: number;
            /** @description 未变的读数 / Readings that changed nothing */
            readonly unchanged: number;
            readonly visible: boolean;
        };
        readonly Ready: {
            readonly cursor: components["schemas"]["Cursor"];
            readonly detail?: components["schemas"]["Text"];
            readonly faults: readonly components["schemas"]["Fault"][];
            /** @description 本节点自启动以来的数据次序 / How many times the data of this node has moved on */
            readonly revision: number;
            readonly status: string;
            readonly store: components["schemas"]["StoreState"];
            readonly version: string;
        };
        readonly RecordEntry: {
            readonly [key: string]: unknown;
        };
        readonly Relation: {
            readonly code: string;
            readonly href?: string;
            readonly id?: components["schemas"]["Id"];
            readonly kind: string;
            readonly layer: string;
            readonly missing?: boolean;
            readonly name: string;
            readonly reason?: components["schemas"]["Text"];
            readonly since: components["schemas"]["Day"];
        };
        readonly Relations: {
            readonly predecessors: readonly components["schemas"]["Relation"][];
            readonly successors: readonly components["schemas"]["Relation"][];
        };
        readonly Reload: {
            readonly cursor: components["schemas"]["Cursor"];
            /** @description 本节点自启动以来的数据次序 / How many times the data of this node has moved on */
            readonly revision: number;
        };
        readonly Report: {
            readonly date?: components["schemas"]["Day"];
        } & {
            readonly [key: string]: unknown;
        };
        readonly ReportEntry: {
            readonly [key: string]: unknown;
        };
        readonly ReportRow: {
            readonly date: components["schemas"]["Day"];
            readonly due: components["schemas"]["Day"];
            /** @description 该期可以修改 / Its period takes changes */
            readonly open: boolean;
            readonly values: components["schemas"]["ReportValues"];
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version: number;
        };
        readonly Reports: {
            readonly at: components["schemas"]["Day"];
            readonly code: string;
            readonly cursor: components["schemas"]["Cursor"];
            readonly expected: readonly components["schemas"]["Duty"][];
            readonly fields: readonly components["schemas"]["Field"][];
            readonly findings: readonly components["schemas"]["Finding"][];
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly name: string;
            readonly reports: readonly components["schemas"]["ReportRow"][];
            readonly unit: string;
        };
        readonly ReportValues: {
            readonly [key: string]: unknown;
        };
        readonly ReportWritten: {
            readonly changed: boolean;
            readonly cursor: components["schemas"]["Cursor"];
            readonly date: components["schemas"]["Day"];
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly replayed?: boolean;
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version?: number;
            readonly visible: boolean;
        };
        readonly "Row.milestone": {
            /** @description 编码，本图层内唯一 / Code, unique in the layer */
            readonly code?: string;
            readonly href?: string;
            readonly id?: components["schemas"]["Id"];
        } & {
            readonly [key: string]: unknown;
        };
        readonly "Row.project_year": {
            /** @description 编码，本图层内唯一 / Code, unique in the layer */
            readonly code?: string;
            readonly href?: string;
            readonly id?: components["schemas"]["Id"];
        } & {
            readonly [key: string]: unknown;
        };
        readonly "Row.record": {
            /** @description 编码，本图层内唯一 / Code, unique in the layer */
            readonly code?: string;
            readonly href?: string;
            readonly id?: components["schemas"]["Id"];
        } & {
            readonly [key: string]: unknown;
        };
        readonly "Row.ruling": {
            /** @description 编码，本图层内唯一 / Code, unique in the layer */
            readonly code?: string;
            readonly href?: string;
            readonly id?: components["schemas"]["Id"];
        } & {
            readonly [key: string]: unknown;
        };
        readonly RowWritten: {
            readonly changed: boolean;
            readonly code?: string;
            readonly cursor: components["schemas"]["Cursor"];
            readonly layer?: string;
            readonly replayed?: boolean;
            /** @description 行号 / Id of the row */
            readonly row?: components["schemas"]["Id"];
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version?: number;
            readonly visible: boolean;
        };
        readonly Ruling: {
            readonly actor: string;
            readonly from: components["schemas"]["Day"];
            readonly light: components["schemas"]["Light"];
            readonly reason: string;
            readonly unit?: string;
            readonly until: components["schemas"]["Day"];
        };
        readonly RulingEnded: {
            readonly changed: boolean;
            readonly cursor: components["schemas"]["Cursor"];
            /** @description 解除的核定数 / Rulings ended */
            readonly ended: number;
            readonly replayed?: boolean;
            readonly visible: boolean;
        };
        readonly RulingEntry: {
            readonly light: components["schemas"]["Light"];
            readonly reason: string;
            readonly until: components["schemas"]["DayOrMonth"];
        };
        readonly SignInEntry: {
            readonly password: string;
            readonly user: string;
        };
        readonly Stage: {
            readonly counts: components["schemas"]["Counts"];
            readonly href: string;
            /** @description 未关闭的数量 / How many are open */
            readonly open: number;
            /** @description 未关闭且逾期的数量 / How many are open past their deadline */
            readonly overdue: number;
            readonly stage: string;
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly Step: {
            readonly action: string;
            readonly actor: string;
            /** Format: date-time */
            readonly at?: string;
            readonly computed?: boolean;
            readonly date: components["schemas"]["Day"];
            readonly text?: string;
            readonly unit?: string;
            readonly warning: string;
        };
        readonly StepEntry: {
            readonly action: string;
            readonly key: string;
            readonly text?: string;
            readonly unit?: string;
        };
        readonly StepWritten: {
            readonly changed: boolean;
            readonly code?: string;
            readonly cursor: components["schemas"]["Cursor"];
            readonly layer?: string;
            readonly replayed?: boolean;
            /** @description 行号 / Id of the row */
            readonly row?: components["schemas"]["Id"];
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version?: number;
            readonly visible: boolean;
            readonly warning: string;
        };
        readonly StoredProperties: {
            /** @description 编码，本图层内唯一 / Code, unique in the layer */
            readonly code?: string;
        } & {
            readonly [key: string]: unknown;
        };
        readonly StoreState: {
            /** Format: date-time */
            readonly since: string;
            readonly store: string;
        };
        readonly Task: {
            readonly code: string;
            readonly district: string;
            readonly due: components["schemas"]["Day"];
            readonly edition: string;
            readonly figures: readonly string[];
            readonly id: components["schemas"]["Id"];
            readonly indicators: readonly components["schemas"]["TaskIndicator"][];
            readonly leadUnits: readonly string[];
            readonly light: components["schemas"]["Light"];
            readonly missing: readonly string[];
            readonly name: string;
            readonly note: string;
            readonly number: string;
            readonly part: string;
            readonly period: string;
            readonly projects: readonly components["schemas"]["TaskProject"][];
            readonly reason: components["schemas"]["Text"];
            readonly section: string;
            readonly source: string;
            readonly start: components["schemas"]["Day"];
            readonly state: string;
            readonly status: components["schemas"]["Text"];
            readonly summary: string;
        };
        readonly TaskIndicator: {
            readonly code: string;
            readonly href: string;
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            /** @description 目标值，单位见 unit / Target, in unit */
            readonly target: number | null;
            readonly unit: string;
            /** @description 值，单位见 unit；未知为 null / Value, in unit; null where it is not known */
            readonly value: number | null;
        };
        readonly TaskProject: {
            readonly code: string;
            readonly href?: string;
            readonly id?: components["schemas"]["Id"];
            readonly layer: string;
            readonly light: components["schemas"]["Light"];
            readonly missing?: boolean;
            readonly name: string;
            readonly reason?: components["schemas"]["Text"];
        };
        readonly Tasks: {
            readonly at: components["schemas"]["Day"];
            readonly counts: components["schemas"]["Counts"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly href: string;
            readonly items: readonly components["schemas"]["Task"][];
            /** @description 符合条件的数量 / How many match */
            readonly matched: number;
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly Text: {
            readonly en?: string;
            readonly zh: string;
        };
        readonly TileJSON: {
            /** @description 经度, 纬度（度）, 缩放级别 / longitude, latitude in degrees, zoom */
            readonly center?: readonly number[];
            /** @description 最高缩放级别 / Last zoom */
            readonly maxzoom: number;
            /** @description 最低缩放级别 / First zoom */
            readonly minzoom: number;
            readonly name: string;
            readonly tilejson: string;
            readonly tiles: readonly string[];
            readonly vector_layers: readonly components["schemas"]["VectorLayer"][];
        };
        readonly Unit: {
            readonly aliases: readonly string[];
            readonly code: string;
            readonly href?: string;
            readonly kind: string;
            readonly name: string;
            readonly text: string;
        };
        readonly VectorLayer: {
            readonly description: string;
            readonly fields: {
                readonly [key: string]: string;
            };
            readonly id: string;
            /** @description 最高缩放级别 / Last zoom */
            readonly maxzoom: number;
            /** @description 最低缩放级别 / First zoom */
            readonly minzoom: number;
        };
        readonly Version: {
            readonly actor: string;
            readonly code?: string;
            readonly date?: components["schemas"]["Day"];
            readonly note?: string;
            readonly op: string;
            readonly properties: {
                readonly [key: string]: unknown;
            };
            /** Format: date-time */
            readonly recorded: string;
            /** @description 版本，每次修改加一 / Version, one more with each change */
            readonly version: number;
            readonly what: string;
        };
        /** @description 经度, 纬度（度，经度在前）, 高程（米） / longitude, latitude in degrees, height in metres */
        readonly Vertex: readonly number[];
        readonly WarnedFeature: {
            readonly assigned: string;
            readonly category: string;
            readonly code: string;
            /** @description 至该区数据截至日期的天数 / Days since then, at its district's date */
            readonly days: number;
            readonly district: string;
            readonly id: components["schemas"]["Id"];
            readonly key: string;
            readonly layer: string;
            /** @description 预警级别：1 提醒、2 协调、3 督办 / Level of the warning: 1 提醒, 2 协调, 3 督办 */
            readonly level: number;
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            /** @description 经度, 纬度（度；附近查询时按 crs=） / longitude, latitude in degrees (of crs= in what is near) */
            readonly point: components["schemas"]["Position"] | null;
            /** @description 拟督办，待人确认 / 督办 is proposed and waits for a person */
            readonly proposed: boolean;
            readonly raised: components["schemas"]["Day"];
            readonly reason: components["schemas"]["Text"];
            /** @description 重开次数 / How often it was reopened */
            readonly reopened: number;
            readonly rule: string;
            readonly ruling: components["schemas"]["Ruling"] | null;
            readonly since: components["schemas"]["Day"];
            readonly state: string;
            readonly status: components["schemas"]["Text"];
            readonly town: string;
            readonly towns: readonly string[];
            readonly unit: string;
        };
        readonly Warning: {
            readonly assigned: string;
            readonly closed: components["schemas"]["Day"];
            readonly key: string;
            /** @description 预警级别：1 提醒、2 协调、3 督办 / Level of the warning: 1 提醒, 2 协调, 3 督办 */
            readonly level: number;
            readonly light: components["schemas"]["Light"];
            /** @description 拟督办，待人确认 / 督办 is proposed and waits for a person */
            readonly proposed: boolean;
            readonly raised: components["schemas"]["Day"];
            /** @description 重开次数 / How often it was reopened */
            readonly reopened: number;
            readonly rule: string;
            readonly since: components["schemas"]["Day"];
            readonly state: string;
            readonly steps: readonly components["schemas"]["Step"][];
        };
        readonly WarningGroup: {
            /** @description 2 级协调的数量 / How many at level 2 协调 */
            readonly coordinate: number;
            readonly href: string;
            readonly name: string;
            /** @description 拟督办的数量（其现行级别中亦计入） / How many are proposed for 督办 (counted at their level in force as well) */
            readonly proposed: number;
            /** @description 1 级提醒的数量 / How many at level 1 提醒 */
            readonly remind: number;
            /** @description 3 级督办的数量 / How many at level 3 督办 */
            readonly supervise: number;
            /** @description 总数 / How many in all */
            readonly total: number;
        };
        readonly WarningHrefs: {
            readonly coordinate: string;
            readonly proposed: string;
            readonly remind: string;
            readonly supervise: string;
        };
        readonly Warnings: {
            readonly at: components["schemas"]["Day"];
            readonly counts: components["schemas"]["LevelCount"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly hrefs: {
                readonly [key: string]: string;
            };
            readonly items: readonly components["schemas"]["WarnedFeature"][];
            /** @description 符合条件的数量 / How many match */
            readonly matched: number;
            readonly next?: string;
            readonly towns: readonly components["schemas"]["WarningGroup"][];
            readonly units: readonly components["schemas"]["WarningGroup"][];
        };
        readonly WarningsOf: {
            readonly at: components["schemas"]["Day"];
            readonly cursor: components["schemas"]["Cursor"];
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly rulings: readonly components["schemas"]["Ruling"][];
            readonly warnings: readonly components["schemas"]["Warning"][];
        };
        readonly Who: {
            readonly display?: boolean;
            readonly districts: readonly string[];
            readonly mustChange?: boolean;
            readonly password?: boolean;
            readonly reading: string;
            readonly rights: readonly ("report" | "push" | "record" | "handle" | "confirm" | "rule" | "approve" | "issue" | "edit" | "read" | "manage")[];
            /** @enum {string} */
            readonly role?: "viewer" | "field" | "editor" | "auditor" | "admin";
            readonly signedIn: boolean;
            /**
             * @description 浏览器所带的会话或大屏令牌已失效，现只读公开内容 / The session or display token that the browser sends has ended: it reads what is open to all
             * @enum {string}
             */
            readonly signedOut?: "session" | "display";
            readonly signOn?: boolean;
            readonly title?: string;
            readonly unit?: string;
            readonly user?: string;
        };
        readonly Worst: {
            readonly category: string;
            readonly code: string;
            /** @description 至该区数据截至日期的天数 / Days since then, at its district's date */
            readonly days: number;
            readonly district: string;
            /** @description 落后于计划的百分点 / Percentage points behind plan */
            readonly gap: number;
            readonly href: string;
            readonly id: components["schemas"]["Id"];
            readonly layer: string;
            readonly level: string;
            readonly light: components["schemas"]["Light"];
            readonly name: string;
            /** @description 经度, 纬度（度；附近查询时按 crs=） / longitude, latitude in degrees (of crs= in what is near) */
            readonly point: components["schemas"]["Position"] | null;
            readonly reason: components["schemas"]["Text"];
            readonly since: components["schemas"]["Day"];
            readonly status: components["schemas"]["Text"];
            readonly town: string;
            readonly towns: readonly string[];
            readonly unit: string;
        };
    };
    responses: {
        /** @description 问题 / Problem */
        readonly Problem: {
            headers: {
                readonly "Accept-Ranges": components["headers"]["Accept-Ranges"];
                readonly Allow: components["headers"]["Allow"];
                readonly "Content-Language": components["headers"]["Content-Language"];
                readonly "Content-Range": components["headers"]["Content-Range"];
                readonly ETag: components["headers"]["ETag"];
                readonly "Last-Modified": components["headers"]["Last-Modified"];
                readonly "Retry-After": components["headers"]["Retry-After"];
                readonly "Set-Cookie": components["headers"]["Set-Cookie"];
                readonly "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDocument"];
            };
        };
        /** @description 问题 / Problem */
        readonly Refusal: {
            headers: {
                readonly "Accept-Ranges": components["headers"]["Accept-Ranges"];
                readonly Allow: components["headers"]["Allow"];
                readonly "Content-Language": components["headers"]["Content-Language"];
                readonly "Content-Range": components["headers"]["Content-Range"];
                readonly ETag: components["headers"]["ETag"];
                readonly "Last-Modified": components["headers"]["Last-Modified"];
                readonly "Retry-After": components["headers"]["Retry-After"];
                readonly "Set-Cookie": components["headers"]["Set-Cookie"];
                readonly "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/problem+json": components["schemas"]["ProblemDocument"];
                readonly "text/html": string;
            };
        };
    };
    parameters: {
        /** @description 请求体坐标的坐标系，尖括号内的 URI；没有为 CRS84（经度在前，度） / System of the body's coordinates, a URI in angle brackets; CRS84 without (longitude first, degrees) */
        readonly "Content-Crs": string;
        /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
        readonly "Idempotency-Key": string;
        /** @description 所读要素的 ETag，或所读报告的版本（如 "3"）：已被他人修改则拒绝（412） / ETag of the feature as read, or version of the report, as "3": refused (412) when others changed it meanwhile */
        readonly "If-Match": string;
        /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
        readonly "If-None-Match": string;
        /** @description 文件的 ETag：已变则整份重发 / ETag of the file: all of it where it is another by now */
        readonly "If-Range": string;
        /** @description 收到的最后位置：从其后接续 / Last cursor received: goes on behind it */
        readonly "Last-Event-ID": string;
        /** @description 所要的字节范围 / Which bytes are wanted */
        readonly Range: string;
        /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
        readonly "Yiping-Min-Cursor": string;
    };
    requestBodies: never;
    headers: {
        /** @description 修改所用的类型 / Media type of changes */
        readonly "Accept-Patch": string;
        /** @description 可按字节范围读取 / It can be read by ranges of bytes */
        readonly "Accept-Ranges": string;
        /** @description 可用的方法 / Methods there are */
        readonly Allow: string;
        /** @description 坐标的坐标系，轴序从其定义 / System of the coordinates, in the axis order of its authority */
        readonly "Content-Crs": string;
        /** @description 文字的语言 / Language of the texts */
        readonly "Content-Language": string;
        /** @description 所答的字节范围与文件长度 / Which bytes these are, of how many */
        readonly "Content-Range": string;
        /** @description 内容的标记；要素的以其版本开头 / Tag of the content; that of a feature begins with its version */
        readonly ETag: string;
        /** @description 制成时间 / When it was made */
        readonly "Last-Modified": string;
        /** @description 所建要素或所往页面的地址 / Address of what was made, or of where to go */
        readonly Location: string;
        /** @description 几秒后再试 / Try again after so many seconds */
        readonly "Retry-After": number;
        /** @description 会话 / The session */
        readonly "Set-Cookie": string;
        /** @description 如何证明身份 / How to say who one is */
        readonly "WWW-Authenticate": string;
        /** @description 答复依据的数据位置；在 since=、min-cursor= 中使用。看过去（known=）时没有 / Where the data stands that the answer speaks of, for since= and min-cursor=; none of the past (known=) */
        readonly "Yiping-Cursor": string;
        /** @description 本节点自启动以来的数据次序 / How many times the data of this node has moved on */
        readonly "Yiping-Revision": number;
        /** @description 瓦片中未单独画出的要素数 / Features that the tile does not draw each for itself */
        readonly "Yiping-Thinned": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly get_api_alerts: {
        readonly parameters: {
            readonly query?: {
                /** @description 从此编号之后 / Behind this id */
                readonly after?: string;
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 级别 / Level */
                readonly level?: string;
                /** @description 最多条数 / At most so many */
                readonly limit?: number;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Alerts"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_bulletin: {
        readonly parameters: {
            readonly query?: {
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 文件格式 / Format */
                readonly format?: "html" | "docx";
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 月份，如 2022-12 / Month, like 2022-12 */
                readonly month?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.openxmlformats-officedocument.wordprocessingml.document": string;
                    readonly "text/html": string;
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_bulletins: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["BulletinEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["BulletinWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_changes: {
        readonly parameters: {
            readonly query?: {
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 从此位置之后 / Behind this cursor */
                readonly since?: string;
                /** @description 没有变更时最多等待的秒数 / Seconds to wait at most without a change */
                readonly wait?: number;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 收到的最后位置：从其后接续 / Last cursor received: goes on behind it */
                readonly "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Changes"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_districts: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Districts"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly put_api_districts_district_date: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 行政区代码 / Code of a district */
                readonly district: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["DateEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DateWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_features_layer: {
        readonly parameters: {
            readonly query?: {
                /** @description 从此编号之后 / Behind this id */
                readonly after?: number;
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 西,南,东,北（度，经度在前） / west,south,east,north in degrees */
                readonly bbox?: string;
                /** @description 类别 / Category */
                readonly category?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description CQL2 条件 / Condition in CQL2 */
                readonly filter?: string;
                /** @description 条件的写法 / Language of the condition */
                readonly "filter-lang"?: "cql2-text" | "cql2-json";
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 级别 / Level */
                readonly level?: string;
                /** @description 灯色 red、yellow、green、none，以逗号分隔 / Lights red, yellow, green, none, comma-separated */
                readonly light?: string;
                /** @description 最多条数 / At most so many */
                readonly limit?: number;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 街镇名称 / Town */
                readonly town?: string;
                /** @description 责任单位 / Responsible unit */
                readonly unit?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/geo+json": components["schemas"]["FeatureCollection"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_features_layer_id: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/geo+json": components["schemas"]["FeatureInFull"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_history: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 级别 / Level */
                readonly level?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["History"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_indicators: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 编码 / Code */
                readonly code?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 只要看板指标 / Of the panel alone */
                readonly panel?: "false" | "true";
                /** @description 任务编号 / Task */
                readonly task?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Indicators"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_journal: {
        readonly parameters: {
            readonly query?: {
                /** @description 最多条数 / At most so many */
                readonly limit?: number;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Journal"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_layers: {
        readonly parameters: {
            readonly query?: {
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Layers"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_lights: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 图层编号，以逗号分隔 / Layers, comma-separated */
                readonly layers?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LightTable"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_live: {
        readonly parameters: {
            readonly query?: {
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 从此位置之后 / Behind this cursor */
                readonly since?: string;
            };
            readonly header?: {
                /** @description 收到的最后位置：从其后接续 / Last cursor received: goes on behind it */
                readonly "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_log_layer_id: {
        readonly parameters: {
            readonly query?: {
                /** @description 最多条数 / At most so many */
                readonly limit?: number;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Log"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_map_png: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 西,南,东,北（度，经度在前） / west,south,east,north in degrees */
                readonly bbox?: string;
                /** @description 中心 经度,纬度 / Centre, lon,lat */
                readonly center?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 高（像素） / Height (pixels) */
                readonly height?: number;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 语言 / Language */
                readonly lang?: "zh" | "en";
                /** @description 图层编号，以逗号分隔 / Layers, comma-separated */
                readonly layers?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 每格像素数 / Pixels to a unit */
                readonly scale?: string;
                /** @description 配色 / Theme */
                readonly theme?: "dark" | "light";
                /** @description 宽（像素） / Width (pixels) */
                readonly width?: number;
                /** @description 缩放级别 / Zoom */
                readonly zoom?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "image/png": string;
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_map_svg: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 西,南,东,北（度，经度在前） / west,south,east,north in degrees */
                readonly bbox?: string;
                /** @description 中心 经度,纬度 / Centre, lon,lat */
                readonly center?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 高（像素） / Height (pixels) */
                readonly height?: number;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 语言 / Language */
                readonly lang?: "zh" | "en";
                /** @description 图层编号，以逗号分隔 / Layers, comma-separated */
                readonly layers?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 配色 / Theme */
                readonly theme?: "dark" | "light";
                /** @description 宽（像素） / Width (pixels) */
                readonly width?: number;
                /** @description 缩放级别 / Zoom */
                readonly zoom?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "image/svg+xml": string;
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_milestones_layer_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MilestoneEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RowWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly put_api_milestones_layer_id_row: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
                /** @description 行号 / Row */
                readonly row: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MilestoneEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RowWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_nearby: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 类别 / Category */
                readonly category?: string;
                /** @description 坐标系 / Coordinate system */
                readonly crs?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description CQL2 条件 / Condition in CQL2 */
                readonly filter?: string;
                /** @description 条件的写法 / Language of the condition */
                readonly "filter-lang"?: "cql2-text" | "cql2-json";
                /** @description 最近几个 / How many nearest */
                readonly k?: number;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 纬度或北向坐标 / Latitude or northing */
                readonly lat?: number;
                /** @description 图层编号，以逗号分隔 / Layers, comma-separated */
                readonly layers?: string;
                /** @description 级别 / Level */
                readonly level?: string;
                /** @description 灯色 red、yellow、green、none，以逗号分隔 / Lights red, yellow, green, none, comma-separated */
                readonly light?: string;
                /** @description 经度或东向坐标 / Longitude or easting */
                readonly lon?: number;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 半径（米） / Radius (metres) */
                readonly radius?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Nearby"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_openapi_json: {
        readonly parameters: {
            readonly query?: {
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": Record<string, never>;
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_overview: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 类别 / Category */
                readonly category?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 级别 / Level */
                readonly level?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 街镇名称 / Town */
                readonly town?: string;
                /** @description 责任单位 / Responsible unit */
                readonly unit?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_periods: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 图层编号 / Layer */
                readonly layer?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 月份，如 2022-12 / Month, like 2022-12 */
                readonly month?: string;
                /** @description 责任单位 / Responsible unit */
                readonly unit?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Periods"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_periods: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PeriodEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PeriodWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly put_api_plans_layer_id_year: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
                /** @description 年份 / Year */
                readonly year: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PlanEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PlanWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_problems: {
        readonly parameters: {
            readonly query?: {
                /** @description 从此编号之后 / Behind this id */
                readonly after?: string;
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 灯色 red、yellow、green、none，以逗号分隔 / Lights red, yellow, green, none, comma-separated */
                readonly light?: string;
                /** @description 最多条数 / At most so many */
                readonly limit?: number;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 阶段 / Stage */
                readonly stage?: string;
                /** @description 街镇名称 / Town */
                readonly town?: string;
                /** @description 责任单位 / Responsible unit */
                readonly unit?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Problems"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_readings: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReadingsEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReadingsWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_records_layer_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RecordEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RowWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly put_api_records_layer_id_row: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
                /** @description 行号 / Row */
                readonly row: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RecordEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RowWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_registers_year: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 年份 / Year */
                readonly year: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CarryEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CarryWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_reports_layer_id: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Reports"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly put_api_reports_layer_id_date: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 所读要素的 ETag，或所读报告的版本（如 "3"）：已被他人修改则拒绝（412） / ETag of the feature as read, or version of the report, as "3": refused (412) when others changed it meanwhile */
                readonly "If-Match"?: components["parameters"]["If-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 日期或月份 / Day or month */
                readonly date: string;
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReportEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReportWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly delete_api_reports_layer_id_date: {
        readonly parameters: {
            readonly query?: {
                /** @description 更正说明 / Why it is corrected */
                readonly correction?: string;
            };
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 所读要素的 ETag，或所读报告的版本（如 "3"）：已被他人修改则拒绝（412） / ETag of the feature as read, or version of the report, as "3": refused (412) when others changed it meanwhile */
                readonly "If-Match"?: components["parameters"]["If-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 日期或月份 / Day or month */
                readonly date: string;
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ReportWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_reports_findings: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 种类 / Kind */
                readonly kind?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 图层编号 / Layer */
                readonly layer?: string;
                /** @description 最多条数 / At most so many */
                readonly limit?: number;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 月份，如 2022-12 / Month, like 2022-12 */
                readonly month?: string;
                /** @description 责任单位 / Responsible unit */
                readonly unit?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Findings"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_rulings_layer_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RulingEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RowWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_rulings_layer_id_end: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EndEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RulingEnded"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_session: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Who"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_session: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SignInEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Set-Cookie": components["headers"]["Set-Cookie"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Who"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly delete_api_session: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Set-Cookie": components["headers"]["Set-Cookie"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Who"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_session_oidc: {
        readonly parameters: {
            readonly query?: {
                /** @description 登录后前往的页面 / Page to go to */
                readonly next?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 303: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly "Set-Cookie": components["headers"]["Set-Cookie"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Refusal"];
            readonly 403: components["responses"]["Refusal"];
            readonly 404: components["responses"]["Refusal"];
            readonly 500: components["responses"]["Refusal"];
            readonly 503: components["responses"]["Refusal"];
        };
    };
    readonly get_api_session_oidc_callback: {
        readonly parameters: {
            readonly query?: {
                /** @description 编码 / Code */
                readonly code?: string;
                /** @description 状态 / State */
                readonly state?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 303: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly "Set-Cookie": components["headers"]["Set-Cookie"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Refusal"];
            readonly 403: components["responses"]["Refusal"];
            readonly 404: components["responses"]["Refusal"];
            readonly 500: components["responses"]["Refusal"];
            readonly 503: components["responses"]["Refusal"];
        };
    };
    readonly put_api_session_password: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["PasswordEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Who"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_tasks: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 灯色 red、yellow、green、none，以逗号分隔 / Lights red, yellow, green, none, comma-separated */
                readonly light?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Tasks"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_warnings: {
        readonly parameters: {
            readonly query?: {
                /** @description 从此编号之后 / Behind this id */
                readonly after?: string;
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 图层编号 / Layer */
                readonly layer?: string;
                /** @description 级别 / Level */
                readonly level?: string;
                /** @description 最多条数 / At most so many */
                readonly limit?: number;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
                /** @description 状态 / State */
                readonly state?: string;
                /** @description 街镇名称 / Town */
                readonly town?: string;
                /** @description 责任单位 / Responsible unit */
                readonly unit?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Warnings"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_api_warnings_layer_id: {
        readonly parameters: {
            readonly query?: {
                /** @description 评价日期或月份 / Day or month that all is judged at */
                readonly at?: string;
                /** @description 截至此刻的记录 / As recorded by this moment */
                readonly known?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WarningsOf"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 429: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_api_warnings_layer_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StepEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["StepWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_archives: {
        readonly parameters: {
            readonly query?: {
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Archives"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_archives_name_pmtiles: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 所读要素的 ETag，或所读报告的版本（如 "3"）：已被他人修改则拒绝（412） / ETag of the feature as read, or version of the report, as "3": refused (412) when others changed it meanwhile */
                readonly "If-Match"?: components["parameters"]["If-Match"];
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 文件的 ETag：已变则整份重发 / ETag of the file: all of it where it is another by now */
                readonly "If-Range"?: components["parameters"]["If-Range"];
                /** @description 所要的字节范围 / Which bytes are wanted */
                readonly Range?: components["parameters"]["Range"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 名称 / Name */
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Last-Modified": components["headers"]["Last-Modified"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.pmtiles": string;
                };
            };
            /** @description 文件的一段 / Part of the file */
            readonly 206: {
                headers: {
                    readonly "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    readonly "Content-Range": components["headers"]["Content-Range"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Last-Modified": components["headers"]["Last-Modified"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.pmtiles": string;
                    readonly "multipart/byteranges": string;
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly "Accept-Ranges": components["headers"]["Accept-Ranges"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Last-Modified": components["headers"]["Last-Modified"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 416: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_healthz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Alive"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 500: components["responses"]["Problem"];
        };
    };
    readonly get_metrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_ogc: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Content-Crs": components["headers"]["Content-Crs"];
                    readonly "Content-Language": components["headers"]["Content-Language"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/geo+json": unknown;
                    readonly "application/json": unknown;
                    readonly "application/schema+json": unknown;
                    readonly "application/vnd.mapbox-vector-tile": string;
                    readonly "application/vnd.oai.openapi+json;version=3.0": unknown;
                    readonly "text/html": string;
                };
            };
            /** @description 空瓦片 / Nothing in this tile */
            readonly 204: {
                headers: {
                    readonly "Content-Crs": components["headers"]["Content-Crs"];
                    readonly "Content-Language": components["headers"]["Content-Language"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly "Content-Crs": components["headers"]["Content-Crs"];
                    readonly "Content-Language": components["headers"]["Content-Language"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_ogc_path: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description OGC API 内的路径 / Path within the OGC API */
                readonly path: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Content-Crs": components["headers"]["Content-Crs"];
                    readonly "Content-Language": components["headers"]["Content-Language"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/geo+json": unknown;
                    readonly "application/json": unknown;
                    readonly "application/schema+json": unknown;
                    readonly "application/vnd.mapbox-vector-tile": string;
                    readonly "application/vnd.oai.openapi+json;version=3.0": unknown;
                    readonly "text/html": string;
                };
            };
            /** @description 空瓦片 / Nothing in this tile */
            readonly 204: {
                headers: {
                    readonly "Content-Crs": components["headers"]["Content-Crs"];
                    readonly "Content-Language": components["headers"]["Content-Language"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly "Content-Crs": components["headers"]["Content-Crs"];
                    readonly "Content-Language": components["headers"]["Content-Language"];
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 406: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly post_ogc_collections_layer_items: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 请求体坐标的坐标系，尖括号内的 URI；没有为 CRS84（经度在前，度） / System of the body's coordinates, a URI in angle brackets; CRS84 without (longitude first, degrees) */
                readonly "Content-Crs"?: components["parameters"]["Content-Crs"];
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/geo+json": components["schemas"]["FeatureEntry"];
                readonly "application/json": components["schemas"]["FeatureEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureWritten"];
                };
            };
            /** @description 已新建 / Created */
            readonly 201: {
                headers: {
                    readonly Location: components["headers"]["Location"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly options_ogc_collections_layer_items: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 204: {
                headers: {
                    readonly "Accept-Patch": components["headers"]["Accept-Patch"];
                    readonly Allow: components["headers"]["Allow"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly put_ogc_collections_layer_items_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 请求体坐标的坐标系，尖括号内的 URI；没有为 CRS84（经度在前，度） / System of the body's coordinates, a URI in angle brackets; CRS84 without (longitude first, degrees) */
                readonly "Content-Crs"?: components["parameters"]["Content-Crs"];
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 所读要素的 ETag，或所读报告的版本（如 "3"）：已被他人修改则拒绝（412） / ETag of the feature as read, or version of the report, as "3": refused (412) when others changed it meanwhile */
                readonly "If-Match"?: components["parameters"]["If-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/geo+json": components["schemas"]["FeatureEntry"];
                readonly "application/json": components["schemas"]["FeatureEntry"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 428: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly delete_ogc_collections_layer_items_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 所读要素的 ETag，或所读报告的版本（如 "3"）：已被他人修改则拒绝（412） / ETag of the feature as read, or version of the report, as "3": refused (412) when others changed it meanwhile */
                readonly "If-Match"?: components["parameters"]["If-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 428: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly options_ogc_collections_layer_items_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 204: {
                headers: {
                    readonly "Accept-Patch": components["headers"]["Accept-Patch"];
                    readonly Allow: components["headers"]["Allow"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly patch_ogc_collections_layer_items_id: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 请求体坐标的坐标系，尖括号内的 URI；没有为 CRS84（经度在前，度） / System of the body's coordinates, a URI in angle brackets; CRS84 without (longitude first, degrees) */
                readonly "Content-Crs"?: components["parameters"]["Content-Crs"];
                /** @description 同一键重发只写一次；同键异文拒绝（422），最长 200 字节 / Sent again under the same key it is done once; another request under it is refused (422). At most 200 bytes */
                readonly "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description 所读要素的 ETag，或所读报告的版本（如 "3"）：已被他人修改则拒绝（412） / ETag of the feature as read, or version of the report, as "3": refused (412) when others changed it meanwhile */
                readonly "If-Match"?: components["parameters"]["If-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 要素编号，或 code: 加编码 / Feature id, or code: and its code */
                readonly id: string;
                /** @description 图层编号 / Layer */
                readonly layer: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/geo+json": components["schemas"]["FeaturePatch"];
                readonly "application/json": components["schemas"]["FeaturePatch"];
                readonly "application/merge-patch+json": components["schemas"]["FeaturePatch"];
            };
        };
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FeatureWritten"];
                };
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 405: components["responses"]["Problem"];
            readonly 409: components["responses"]["Problem"];
            readonly 412: components["responses"]["Problem"];
            readonly 413: components["responses"]["Problem"];
            readonly 415: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 428: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_readyz: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_style_json: {
        readonly parameters: {
            readonly query?: {
                /** @description 行政区代码 / Code of a district */
                readonly district?: string;
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly center?: readonly number[];
                        readonly layers: readonly Record<string, never>[];
                        readonly name: string;
                        readonly sources: Record<string, never>;
                        /** @enum {integer} */
                        readonly version: 8;
                        readonly zoom?: number;
                    };
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_tiles_layers_json: {
        readonly parameters: {
            readonly query?: {
                /** @description 瓦片所带字段，以逗号分隔 / Fields in the tile, comma-separated */
                readonly fields?: string;
                /** @description CQL2 条件 / Condition in CQL2 */
                readonly filter?: string;
                /** @description 条件的写法 / Language of the condition */
                readonly "filter-lang"?: "cql2-text" | "cql2-json";
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 图层编号，以逗号分隔 / Layers, comma-separated */
                readonly layers: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TileJSON"];
                };
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Revision": components["headers"]["Yiping-Revision"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
    readonly get_tiles_layers_z_x_y_mvt: {
        readonly parameters: {
            readonly query?: {
                /** @description 瓦片所带字段，以逗号分隔 / Fields in the tile, comma-separated */
                readonly fields?: string;
                /** @description CQL2 条件 / Condition in CQL2 */
                readonly filter?: string;
                /** @description 条件的写法 / Language of the condition */
                readonly "filter-lang"?: "cql2-text" | "cql2-json";
                /** @description 须已读到的位置 / Cursor to have been reached */
                readonly "min-cursor"?: string;
            };
            readonly header?: {
                /** @description 已有内容的 ETag：未变则答 304 / ETag of what one has: 304 where it is unchanged */
                readonly "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description 须已读到此位置再答，最多等一秒（否则 503） / Answer once this cursor has been reached, within a second (else 503) */
                readonly "Yiping-Min-Cursor"?: components["parameters"]["Yiping-Min-Cursor"];
            };
            readonly path: {
                /** @description 图层编号，以逗号分隔 / Layers, comma-separated */
                readonly layers: string;
                /** @description 瓦片列 / Tile column */
                readonly x: string;
                /** @description 瓦片行 / Tile row */
                readonly y: string;
                /** @description 缩放级别 / Zoom */
                readonly z: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 答复 / Answer */
            readonly 200: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.mapbox-vector-tile": string;
                };
            };
            /** @description 空瓦片 / Nothing in this tile */
            readonly 204: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description 未变 / Unchanged */
            readonly 304: {
                headers: {
                    readonly ETag: components["headers"]["ETag"];
                    readonly "Yiping-Cursor": components["headers"]["Yiping-Cursor"];
                    readonly "Yiping-Thinned": components["headers"]["Yiping-Thinned"];
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["Problem"];
            readonly 401: components["responses"]["Problem"];
            readonly 403: components["responses"]["Problem"];
            readonly 404: components["responses"]["Problem"];
            readonly 422: components["responses"]["Problem"];
            readonly 500: components["responses"]["Problem"];
            readonly 503: components["responses"]["Problem"];
        };
    };
}
