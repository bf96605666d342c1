--[[ The constructs of a page as HTML. No style attributes: the page's content security policy refuses them. ]]

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local construct = require("construct")

local words, pictures, page = {}, "", ""

local function escape(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

local function html(blocks)
  return pandoc.write(pandoc.Pandoc(blocks), "html5", { wrap_text = "none" })
end

local function html_line(inlines)
  return html({ pandoc.Plain(inlines) })
end

local function cell_html(cell, align, tag, scope)
  local class = align ~= "left" and ' class="' .. align .. '"' or ""
  local text = construct.mere_text(cell.contents)
  if text == "" then tag, scope = "td", nil end -- nothing is headed by it
  local content = text and escape(text) or html(cell.contents)
  return "<" .. tag .. class .. (scope and ' scope="' .. scope .. '"' or "") .. ">" .. content .. "</" .. tag .. ">"
end

local function row_html(row, aligns, is_head)
  local cells = {}
  for i, cell in ipairs(row.cells) do
    local is_row_head = i == 1 and aligns[1] == "left" and #row.cells > 1
    if is_head then
      cells[i] = cell_html(cell, aligns[i], "th", "col")
    elseif is_row_head then
      cells[i] = cell_html(cell, aligns[i], "th", "row")
    else
      cells[i] = cell_html(cell, aligns[i], "td")
    end
  end
  return "<tr>" .. table.concat(cells) .. "</tr>"
end

local function caption_html(tbl)
  local caption = construct.caption(tbl)
  if #caption == 0 then return "" end
  local number = tbl.attributes.label
  local label = number and '<span class="number">' .. escape(number) .. "</span> " or ""
  return "<caption>" .. label .. html_line(caption) .. "</caption>"
end

local function table_html(tbl)
  local head, body, aligns = construct.rows(tbl)
  local lines = { "<table>" .. caption_html(tbl) }
  if #head > 0 then
    table.insert(lines, "<thead>")
    for _, row in ipairs(head) do table.insert(lines, row_html(row, aligns, true)) end
    table.insert(lines, "</thead>")
  end
  table.insert(lines, "<tbody>")
  for _, row in ipairs(body) do table.insert(lines, row_html(row, aligns, false)) end
  table.insert(lines, "</tbody>\n</table>")
  local id = tbl.identifier ~= "" and ' id="' .. escape(tbl.identifier) .. '"' or ""
  local name = escape(tbl.attributes.label or words.table)
  local box = '<div class="table-scroll"' .. id .. ' role="group" aria-label="' .. name .. '" tabindex="0">'
  return pandoc.RawBlock("html", box .. "\n" .. table.concat(lines, "\n") .. "\n</div>")
end

local function read(path)
  local file = io.open(path, "r")
  local content = file and file:read("a")
  if file then file:close() end
  return content
end

local function picture_html(image)
  local name, alt = image.src:match("([^/]+)$"), escape(image.attributes["fig-alt"])
  local prepared = read(pictures .. "/" .. name)
  if not prepared then return '<p class="missing">' .. escape(words.picture_missing) .. " " .. alt .. "</p>" end
  if name:match("%.svg$") then
    return '<div class="chart" role="img" tabindex="0" aria-label="' .. alt .. '">' .. prepared .. "</div>"
  end
  return '<img src="figures/' .. page .. "/" .. name .. '" alt="' .. alt .. '">'
end

local function figcaption(figure)
  local title, note = construct.title_and_note(construct.caption(figure))
  local text = '<span class="number">' .. escape(figure.attributes.label or "") .. "</span>"
  if #title > 0 then text = text .. ' <span class="title">' .. html_line(title) .. "</span>" end
  if #note > 0 then text = text .. ' <span class="note">' .. html_line(note) .. "</span>" end
  return "<figcaption>" .. text .. "</figcaption>"
end

local function figure_blocks(figure, chart, data)
  local id = figure.identifier ~= "" and ' id="' .. escape(figure.identifier) .. '"' or ""
  local blocks = pandoc.Blocks({
    pandoc.RawBlock("html", '<figure class="card"' .. id .. ">\n" .. figcaption(figure)),
    pandoc.RawBlock("html", picture_html(construct.picture(figure))),
  })
  if chart then blocks:insert(chart) end
  if data then
    local title = data.attributes.title or words.data_behind_chart
    blocks:insert(pandoc.RawBlock("html", '<details class="figure-data"><summary>' .. escape(title) .. "</summary>"))
    blocks:extend(data.content)
    blocks:insert(pandoc.RawBlock("html", "</details>"))
  end
  blocks:insert(pandoc.RawBlock("html", "</figure>"))
  return blocks
end

local function box(div, kind)
  local title, body = construct.title_and_body(div, words)
  local class = "callout " .. (construct.CALLOUTS[kind] and "callout-" .. kind or kind)
  local sign = construct.CALLOUTS[kind] and '<span class="hidden">' .. escape(words[kind]) .. ": </span>" or ""
  local open = '<div class="' .. class .. '" role="note">\n<p class="callout-title">' .. sign .. html_line(title) .. "</p>"
  local close = "</div>"
  if div.attributes.collapse == "true" then
    open = '<details class="' .. class .. '"><summary class="callout-title">' .. sign .. html_line(title) .. "</summary>"
    close = "</details>"
  end
  return pandoc.Blocks({ pandoc.RawBlock("html", open) }) .. body .. { pandoc.RawBlock("html", close) }
end

local function key_findings(div)
  if div.content[1] and div.content[1].t == "Header" then return nil end
  div.content:insert(1, pandoc.Header(2, words.key_findings, pandoc.Attr("key-findings")))
  return div
end

local function tabset(div)
  local blocks = pandoc.Blocks({ pandoc.RawBlock("html", '<div class="tabset">') })
  for _, tab in ipairs(construct.tabs(div)) do
    tab.header.classes = { "unnumbered", "unlisted" } -- keeps it out of the page's contents
    blocks:insert(pandoc.RawBlock("html", '<div class="tab">'))
    blocks:insert(tab.header)
    blocks:extend(tab.blocks)
    blocks:insert(pandoc.RawBlock("html", "</div>"))
  end
  return blocks .. { pandoc.RawBlock("html", "</div>") }
end

local function side_by_side(div, columns)
  local cells = construct.cells(div):map(function(cell) return pandoc.Div(cell, pandoc.Attr("", { "cell" })) end)
  return pandoc.Div(cells, pandoc.Attr(div.identifier, { "side-by-side", "columns-" .. columns }))
end

local function margin_note(element)
  return pandoc.Attr(element.identifier, { "margin-note" }, { role = "note" })
end

local function equation_html(div, formula)
  local label, alt = escape(div.attributes.label), escape(div.attributes.alt)
  local mathml = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ formula }) }), "html5", { html_math_method = "mathml" })
  mathml = mathml:gsub("<math ", '<math alttext="' .. alt:gsub("%%", "%%%%") .. '" ', 1)
  local open = '<div class="equation" id="' .. escape(div.identifier) .. '" role="group" aria-label="' .. label .. '" tabindex="0">'
  local number = '<span class="equation-number">' .. construct.number_of(div) .. "</span>"
  return pandoc.RawBlock("html", open .. mathml .. number .. "</div>")
end

local function div_html(div)
  local formula, columns = construct.formula(div), construct.columns(div)
  if columns then return side_by_side(div, columns) end
  if formula then return equation_html(div, formula) end
  if div.classes:includes("panel-tabset") then return tabset(div) end
  if construct.is_margin_note(div) then
    div.attr = margin_note(div)
    return div
  end
  local kind = construct.kind(div)
  if kind == "key-findings" then return key_findings(div) end
  if kind and kind ~= "lead" and kind ~= "figure-data" then return box(div, kind) end
end

function Pandoc(doc)
  words = construct.words(doc.meta)
  pictures, page = pandoc.utils.stringify(doc.meta.pictures), pandoc.utils.stringify(doc.meta.page)
  return doc:walk({
    Table = table_html,
    Div = div_html,
    Span = function(span)
      if not construct.is_margin_note(span) then return nil end
      span.attr = margin_note(span)
      return span
    end,
    Blocks = function(blocks) return construct.gather_figures(blocks, figure_blocks) end,
  })
end
